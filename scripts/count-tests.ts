import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * `node scripts/count-tests.ts FILE...`: prints which tests failed and why, then `N passed, N failed`, the sum over what
 * vitest's JSON reporter wrote into each file, and exits 1 when a test failed or a file has none. The names stand at the
 * very end of a run: whoever reads it may see only that. A test file that could not even be loaded has no
 * tests to count: it counts as a failure. So does a file of results that cannot be read: that run broke off.
 */
const resultsSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
});
/** So much of a failure says what it is; all of it stands further up. */
const LONGEST_FAILURE = 1500;

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
    for (const result of results.testResults) tellFailures(result);
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + unloaded;
    return { passed, failed, good: failed === 0 && passed > 0 && results.success };
  } catch (error) {
    console.error(`${file} holds no results of tests: ${String(error)}`);
    return { passed: 0, failed: 1, good: false };
  }
}

type FileResult = z.infer<typeof resultsSchema>['testResults'][number];

function tellFailures({ name, status, message, assertionResults }: FileResult): void {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  for (const { fullName, failureMessages } of failed) tell(name, fullName, failureMessages.join('\n'));
  // A file that could not be loaded, or whose set-up failed: vitest says so of the file alone.
  if (status === 'failed' && failed.length === 0) tell(name, 'the file as a whole', message);
}

function tell(file: string, test: string, why: string): void {
  console.log(`FAILED ${file}: ${test}\n${why.slice(0, LONGEST_FAILURE)}\n`);
}

const counts = process.argv.slice(2).map(countIn);
const sum = (pick: (count: Count) => number) => counts.reduce((total, count) => total + pick(count), 0);
console.log(`${sum((count) => count.passed)} passed, ${sum((count) => count.failed)} failed`);
process.exitCode = counts.length > 0 && counts.every((count) => count.good) ? 0 : 1;
