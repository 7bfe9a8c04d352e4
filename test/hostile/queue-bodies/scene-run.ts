import { messageOf } from '../../../shared/errors/zonewarden-error.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';
import { Draw, seeded } from '../drawing/draw.ts';
import { reduced } from '../drawing/shrink.ts';
import { type HearingMode, HearingScene } from './hearing-scene.ts';
import { hostileBody, NOW } from './hostile-bodies.ts';
import {
  type BatchMeasures,
  checkBatch,
  expectOpenToTheTruth,
  expectSound,
  expectTended,
} from './scene-check.ts';

/** A batch, and what the watcher does until the next one. */
export interface Step {
  readonly bodies: readonly string[];
  readonly afterwards: 'nothing' | 'tend' | 'look';
  readonly laterMs: number;
}

const BATCH = 10;
/** The queue keeps messages for days, and the record goes on while nothing comes. */
const GAPS = [500, 500, 500, 0, 60_000, 11 * 60_000, 6 * 3_600_000];
const AFTER = ['nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'tend', 'look'] as const;

/** Steps with so many bodies together: the same ones for the same seed and scene. */
export function* drawnSteps(seed: number, scene: number, count: number): Generator<Step> {
  let nowMs = NOW;
  let left = count;
  for (let place = 0; left > 0; place += 1) {
    const draw = new Draw(seeded(seed, scene * PLACES + place * BATCH));
    const size = draw.oneIn(4) ? draw.within(1, BATCH) : BATCH;
    const bodies = Array.from({ length: Math.min(left, size) }, (_, nth) =>
      // Each has a row of answers of its own, and so may be a large one by itself.
      hostileBody(new Draw(seeded(seed + OTHER_ROW, scene * PLACES + place * BATCH + nth)), nowMs),
    );
    const step = { bodies, afterwards: draw.of(AFTER), laterMs: draw.of(GAPS) };
    yield step;
    nowMs += step.laterMs;
    left -= bodies.length;
  }
}

/** Rows that have nothing to do with those of the steps. */
const OTHER_ROW = 2 ** 30;
/** More places than any scene has. */
const PLACES = 1e7;

/**
 * Goes through steps, and throws at the first that leaves something behind that must not be.
 *
 * @returns the record that they leave, before ARC and a person have their say
 */
export function checkSteps(
  mode: HearingMode,
  steps: Iterable<Step>,
  measure: (measures: BatchMeasures, step: Step) => void = () => undefined,
): ZoneRecord {
  const scene = new HearingScene(mode);
  for (const step of steps) {
    const { bodies, afterwards, laterMs } = step;
    if (bodies.length > 0) measure(checkBatch(scene, bodies), step);
    scene.nowMs += laterMs;
    if (afterwards === 'tend') expectTended(scene);
    else if (afterwards === 'look') scene.look({});
    else if (bodies.length === 1) expectSound(scene);
  }
  expectSound(scene);
  const { record } = scene;
  expectOpenToTheTruth(scene);
  return record;
}

/** The steps that are needed for it to fail, as far as they were found, with why. */
export function smallerSteps(mode: HearingMode, steps: readonly Step[], error: unknown): Error {
  let why: unknown = error;
  const fails = (candidate: readonly Step[]): boolean => {
    try {
      checkSteps(mode, candidate);
      return false;
    } catch (found) {
      why = found;
      return true;
    }
  };
  const single = (step: Step): Step[] =>
    step.bodies.map((body, at) =>
      at === step.bodies.length - 1
        ? { ...step, bodies: [body] }
        : { bodies: [body], afterwards: 'nothing', laterMs: 0 },
    );
  const few = reduced(steps, fails, triesFor(steps));
  const apart = few.flatMap(single);
  const smallest = fails(apart) ? reduced(apart, fails, triesFor(apart)) : few;
  fails(smallest);
  return new Error(
    `${messageOf(error)}\nsmaller, it fails with: ${messageOf(why)}\n${JSON.stringify(smallest).slice(0, SHOWN)}`,
    { cause: error },
  );
}

/** A row of thousands takes seconds each time: what is found of it in some minutes is small enough. */
function triesFor({ length }: readonly Step[]): number {
  return Math.max(40, Math.min(500, Math.ceil(30_000 / length)));
}

const SHOWN = 8000;
