import { messageOf } from '../../../shared/errors/zonewarden-error.ts';
import type { Dearest } from '../corpus/dearest.ts';
import { Draw, seeded } from '../drawing/draw.ts';
import { counterexample, type Property } from '../drawing/each-case.ts';
import { MODES } from '../queue-bodies/modes.ts';
import { checkSteps, drawnSteps, smallerSteps } from '../queue-bodies/scene-run.ts';
import { type HostileReview, hostileReview, shownReview } from '../reviews/hostile-reviews.ts';
import { checkReview, type ReviewMeasures } from '../reviews/review-check.ts';
import { freshScenes } from '../reviews/scenes.ts';
import { checkSequence, shownWrites, writeSequence } from '../reviews/write-sequences.ts';
import type { Took } from './progress.ts';

/** Which inputs are drawn, and where the dearest ones are kept. */
export interface Scope {
  readonly seed: number;
  readonly first: number;
  /** After so many it ends. */
  readonly mostFailures: number;
  readonly dearest: Dearest;
}

/** A kind of inputs, drawn and checked one after the other. */
export interface Mass {
  readonly name: string;
  readonly count: number;
  readonly steps: Iterable<Took & { readonly failure?: unknown }>;
}

const FAILED = { inputs: 0, bytes: 0, outcome: 'failed', measures: {} } as const;

/** AdmissionReviews, each by itself. */
export function massOfReviews(scope: Scope, count: number): Mass {
  let measures: ReviewMeasures;
  const scenes = freshScenes();
  const property: Property<HostileReview> = {
    draw: hostileReview,
    check: (review) => {
      measures = checkReview(review, scenes);
    },
    show: shownReview,
  };
  const took = (review: HostileReview, index: number): Took => {
    const { action, ...bounded } = measures;
    for (const [measure, found] of Object.entries(bounded))
      scope.dearest.review(review, measure, found, index);
    const outcome = `${review.webhook} ${action}`;
    return { inputs: 1, bytes: review.text.length, outcome, measures: bounded, index };
  };
  return { name: 'reviews', count, steps: cases(property, scope, count, took) };
}

/** Writes after each other, with marks that somebody made up. */
export function massOfSequences(scope: Scope, count: number): Mass {
  const property = { draw: writeSequence, check: checkSequence, show: shownWrites };
  return {
    name: 'sequences of writes',
    count,
    steps: cases(property, scope, count, (writes, index) => ({
      ...{ inputs: 1, bytes: 0, measures: {}, index },
      outcome: `${writes.length} writes`,
    })),
  };
}

function* cases<T>(
  property: Property<T>,
  { seed, first, mostFailures }: Scope,
  count: number,
  took: (value: T, index: number) => Took,
): Generator<Took & { readonly failure?: unknown }> {
  let failures = 0;
  for (let index = first; index < first + count && failures < mostFailures; index += 1) {
    const draw = new Draw(seeded(seed, index));
    try {
      const value = property.draw(draw);
      property.check(value);
      yield took(value, index);
    } catch (error) {
      failures += 1;
      yield { ...FAILED, index, failure: counterexample(property, draw.answers, error, { seed, index }) };
    }
  }
}

/** As many as a queue has in some days; each tenth scene is that much longer. */
const SCENE_BODIES = 1000;
const LONG_SCENE_BODIES = 10_000;

/** Bodies of queue messages, in rows of thousands that one record hears. */
export function massOfBodies(scope: Scope, count: number): Mass {
  return { name: 'queue bodies', count, steps: scenes(scope, count) };
}

function* scenes(
  { seed, first, mostFailures, dearest }: Scope,
  count: number,
): Generator<Took & { readonly failure?: unknown }> {
  let failures = 0;
  let left = count;
  for (let index = first; left > 0 && failures < mostFailures; index += 1) {
    // Of each mode one is long, and then nine are short.
    const isLong = Math.floor(index / MODES.length) % 10 === 0;
    const size = Math.min(left, isLong ? LONG_SCENE_BODIES : SCENE_BODIES);
    left -= size;
    const mode = MODES[index % MODES.length];
    if (mode === undefined) throw new Error('there is no mode');
    const steps = [...drawnSteps(seed, index, size)];
    const batches: Took[] = [];
    const heard = dearest.scene(mode.name, index);
    try {
      checkSteps(mode, steps, (measures, step) => {
        heard(measures, step);
        const bytes = step.bodies.reduce((sum, body) => sum + body.length, 0);
        const { cpuMs, lineBytes, recordBytes } = measures;
        const each = { 'cpuMs a body': cpuMs / step.bodies.length, 'cpuMs a batch': cpuMs };
        batches.push({
          ...{ inputs: step.bodies.length, bytes, outcome: mode.name, index },
          measures: { ...each, lineBytes, recordBytes },
        });
      });
      yield* batches;
    } catch (error) {
      failures += 1;
      const found = messageOf(smallerSteps(mode, steps, error));
      const failure = new Error(`scene ${index} of seed ${seed}, mode "${mode.name}": ${found}`);
      yield { ...FAILED, index, failure };
    }
  }
}
