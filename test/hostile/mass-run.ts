import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { Dearest } from './corpus/dearest.ts';
import { massOfBodies, massOfReviews, massOfSequences } from './mass/kinds.ts';
import { Progress } from './mass/progress.ts';

/**
 * As many hostile inputs as one wants, by hand: `npm run hostile -- --reviews 1000000 --bodies 1000000`. It ends with how
 * many there were, what the dearest ones took, and 1 where one failed, which is then told with the seed and index that draw
 * it again.
 */
const { values } = parseArgs({
  options: {
    reviews: { type: 'string', default: '1000000' },
    bodies: { type: 'string', default: '1000000' },
    sequences: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '14' },
    /** The first index of each kind: so another process can take the next ones. */
    first: { type: 'string', default: '0' },
    /** Failures after which it ends. */
    failures: { type: 'string', default: '1' },
    /** A folder for the dearest inputs. */
    corpus: { type: 'string' },
    report: { type: 'string' },
  },
});

const number = (name: 'reviews' | 'bodies' | 'sequences' | 'seed' | 'first' | 'failures'): number => {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} is a whole number`);
  return value;
};

const dearest = new Dearest();
const scope = { seed: number('seed'), first: number('first'), mostFailures: number('failures'), dearest };
const runs = [
  massOfReviews(scope, number('reviews')),
  massOfSequences(scope, number('sequences')),
  massOfBodies(scope, number('bodies')),
];

const lines: string[] = [];
let failed = 0;
for (const { name, count, steps } of runs.filter((run) => run.count > 0)) {
  const progress = new Progress(name, count);
  for (const step of steps) {
    if (step.failure === undefined) progress.took(step);
    else {
      failed += 1;
      console.error(messageOf(step.failure));
    }
  }
  lines.push(...progress.summary());
}
console.info(lines.join('\n'));
if (values.report !== undefined) writeFileSync(values.report, `${lines.join('\n')}\n`);
if (values.corpus !== undefined) dearest.write(values.corpus);
process.exitCode = failed === 0 ? 0 : 1;
