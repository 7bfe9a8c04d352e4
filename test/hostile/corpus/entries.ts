import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SCENE_NAMES } from '../reviews/scenes.ts';
import { recipeSchema } from './recipe.ts';

const why = z.string().min(20).describe('Why it is kept');

/** A body of a request, and what the webhook knows when it comes. */
const reviewEntry = z.strictObject({
  why,
  webhook: z.enum(['mutate', 'validate']),
  scene: z.enum(SCENE_NAMES),
  text: recipeSchema,
  /** What comes of it, where more than the bounds has to hold. */
  expected: z
    .strictObject({ action: z.string(), rule: z.string().optional(), cpuMs: z.number().optional() })
    .optional(),
});
export type ReviewEntry = z.infer<typeof reviewEntry>;

/** Bodies of queue messages, in batches, and how the watcher hears them. */
const bodiesEntry = z.strictObject({
  why,
  mode: z.string(),
  steps: z.array(
    z.strictObject({
      bodies: z.array(recipeSchema),
      afterwards: z.enum(['nothing', 'tend', 'look']),
      laterMs: z.number(),
    }),
  ),
  /** Zones that the record enforces in the end, and has sources of. */
  expected: z.strictObject({ impaired: z.array(z.string()) }).optional(),
});
export type BodiesEntry = z.infer<typeof bodiesEntry>;

/** Where they are. */
export const CORPUS = import.meta.dirname;

/** Every kept input of a kind, by its file's name. */
export function keptReviews(): (ReviewEntry & { readonly file: string })[] {
  return read('reviews').map(({ file, json }) => ({ file, ...reviewEntry.parse(json) }));
}

export function keptBodies(): (BodiesEntry & { readonly file: string })[] {
  return read('bodies').map(({ file, json }) => ({ file, ...bodiesEntry.parse(json) }));
}

function read(kind: 'reviews' | 'bodies'): { readonly file: string; readonly json: unknown }[] {
  return globSync(`${kind}/*.json`, { cwd: CORPUS })
    .sort()
    .map((file) => ({ file, json: JSON.parse(readFileSync(join(CORPUS, file), 'utf8')) }));
}

/** Keeps an input in a folder, one file for each. */
export function keep(
  folder: string,
  kind: 'reviews' | 'bodies',
  name: string,
  entry: ReviewEntry | BodiesEntry,
): void {
  mkdirSync(join(folder, kind), { recursive: true });
  writeFileSync(join(folder, kind, `${name}.json`), `${JSON.stringify(entry, null, 2)}\n`);
}
