import type { BatchMeasures } from '../queue-bodies/scene-check.ts';
import type { Step } from '../queue-bodies/scene-run.ts';
import { answered } from '../reviews/answered.ts';
import type { HostileReview } from '../reviews/hostile-reviews.ts';
import { freshScenes } from '../reviews/scenes.ts';
import { type BodiesEntry, keep, type ReviewEntry } from './entries.ts';
import { recipeOf } from './recipe.ts';

interface Candidate<T> {
  readonly input: T;
  readonly found: number;
  readonly index: number;
}

/** Of each measure. What took most of the processor is measured again, because something else may have. */
const CANDIDATES = 12;
const KEPT = 2;
/** A file that is longer says little to whoever reads it. */
const LONGEST_FILE = 20_000;

interface HeardSteps {
  readonly mode: string;
  readonly steps: readonly Step[];
}

/** The inputs of a run that took most, or led to most bytes. */
export class Dearest {
  readonly #reviews = new Map<string, Candidate<HostileReview>[]>();
  readonly #bodies = new Map<string, Candidate<HeardSteps>[]>();

  review(review: HostileReview, measure: string, found: number, index: number): void {
    offer(this.#reviews, measure, found, index, () => review);
  }

  /** Looks at a scene: each of its batches by itself, and for the record what made it grow. */
  scene(mode: string, index: number): (measures: BatchMeasures, step: Step) => void {
    let last = 0;
    const grew: Step[] = [];
    return ({ cpuMs, lineBytes, recordBytes }, step) => {
      const alone = () => ({ mode, steps: [step] });
      offer(this.#bodies, 'cpuMs', cpuMs, index, alone);
      offer(this.#bodies, 'lineBytes', lineBytes, index, alone);
      if (recordBytes > last) grew.push(step);
      last = recordBytes;
      offer(this.#bodies, 'recordBytes', recordBytes, index, () => ({ mode, steps: [...grew] }));
    };
  }

  /** Writes them into a folder. */
  write(folder: string): void {
    for (const [measure, candidates] of this.#reviews) {
      const ranked = measure === 'cpuMs' ? candidates.map(measuredAgain).sort(byMost) : candidates;
      keepSome(ranked, ({ input, found, index }) => {
        const { webhook, scene, text } = input;
        const why = `Of a run of many it led to most, in ${measure}: ${shown(found)} (index ${index})`;
        const entry: ReviewEntry = { why, webhook, scene, text: recipeOf(text) };
        return write(folder, 'reviews', `most-${dashed(measure)}-${index}`, entry);
      });
    }
    for (const [measure, candidates] of this.#bodies)
      keepSome(candidates, ({ input, found, index }) => {
        const steps = input.steps.map((step) => ({ ...step, bodies: step.bodies.map(recipeOf) }));
        const why = `Of a run of many it led to most, in ${measure}: ${shown(found)} (scene ${index})`;
        return write(folder, 'bodies', `most-${dashed(measure)}-${index}`, { why, mode: input.mode, steps });
      });
  }
}

function offer<T>(
  all: Map<string, Candidate<T>[]>,
  measure: string,
  found: number,
  index: number,
  input: () => T,
): void {
  const candidates = all.get(measure) ?? [];
  if (found === 0 || (candidates.length === CANDIDATES && found <= (candidates.at(-1)?.found ?? 0))) return;
  // One of a scene: its batches are much alike.
  const others = candidates.filter((candidate) => candidate.index !== index || candidate.found > found);
  if (others.some((candidate) => candidate.index === index)) return;
  others.push({ input: input(), found, index });
  all.set(measure, others.sort(byMost).slice(0, CANDIDATES));
}

const byMost = (left: { readonly found: number }, right: { readonly found: number }) =>
  right.found - left.found;

const TURNS = 7;

function measuredAgain({ input, index }: Candidate<HostileReview>): Candidate<HostileReview> {
  const { webhook, text, scene } = input;
  const times = Array.from(
    { length: TURNS },
    () => answered(webhook, Buffer.from(text), freshScenes()[scene]).cpuMs,
  );
  return { input, index, found: times.sort((a, b) => a - b)[Math.floor(TURNS / 2)] ?? 0 };
}

function keepSome<T>(candidates: readonly Candidate<T>[], write: (candidate: Candidate<T>) => boolean): void {
  let kept = 0;
  for (const candidate of candidates) {
    if (kept === KEPT) return;
    if (write(candidate)) kept += 1;
  }
}

/** Whether it was short enough. */
function write(
  folder: string,
  kind: 'reviews' | 'bodies',
  name: string,
  entry: ReviewEntry | BodiesEntry,
): boolean {
  if (JSON.stringify(entry).length > LONGEST_FILE) return false;
  keep(folder, kind, name, entry);
  return true;
}

const shown = (found: number) => Math.round(found * 10) / 10;
const dashed = (measure: string) =>
  measure.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll(' ', '-');
