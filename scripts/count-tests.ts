import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * `node scripts/count-tests.ts FILE`: prints `N passed, N failed` from what vitest's JSON reporter wrote, and exits 1
 * when a test failed or none ran. A file that could not even be loaded has no tests to count: it counts as a failure.
 */
const resultsSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const results = resultsSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const unloaded = results.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
).length;
const failed = results.numFailedTests + unloaded;
console.log(`${results.numPassedTests} passed, ${failed} failed`);
process.exitCode = failed === 0 && results.numPassedTests > 0 && results.success ? 0 : 1;
