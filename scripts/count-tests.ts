import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * `node scripts/count-tests.ts FILE...`: prints `N passed, N failed`, the sum over what vitest's JSON reporter wrote
 * into each file, and exits 1 when a test failed or a file has none. A test file that could not even be loaded has no
 * tests to count: it counts as a failure. So does a file of results that cannot be read: that run broke off.
 */
const resultsSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly good: boolean;
}

function countIn(file: string): Count {
  try {
    const results = resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const unloaded = results.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length;
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + unloaded;
    return { passed, failed, good: failed === 0 && passed > 0 && results.success };
  } catch (error) {
    console.error(`${file} holds no results of tests: ${String(error)}`);
    return { passed: 0, failed: 1, good: false };
  }
}

const counts = process.argv.slice(2).map(countIn);
const sum = (pick: (count: Count) => number) => counts.reduce((total, count) => total + pick(count), 0);
console.log(`${sum((count) => count.passed)} passed, ${sum((count) => count.failed)} failed`);
process.exitCode = counts.length > 0 && counts.every((count) => count.good) ? 0 : 1;
