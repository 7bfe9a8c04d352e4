import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODES } from '../queue-bodies/modes.ts';
import { checkSteps } from '../queue-bodies/scene-run.ts';
import { answered } from '../reviews/answered.ts';
import { checkReview } from '../reviews/review-check.ts';
import { freshScenes } from '../reviews/scenes.ts';
import { CORPUS, keptBodies, keptReviews } from './entries.ts';
import { made, recipeOf } from './recipe.ts';

/** What a repository should have of inputs that nobody reads. */
const MOST_BYTES = 300 * 1024;
const reviews = keptReviews();
const bodies = keptBodies();

describe('every review that was kept', () => {
  it.each(reviews)('$file: within all bounds, and decided as it was', (entry) => {
    const { webhook, scene, expected } = entry;
    const review = { webhook, scene, text: made(entry.text) };
    const scenes = freshScenes();
    const { cpuMs } = checkReview(review, scenes);
    const { decided } = answered(webhook, Buffer.from(review.text), freshScenes()[scene]);
    const facts = decided?.outcome.facts;
    if (expected === undefined) return;
    expect({ action: facts?.action ?? 'undecodable', rule: facts?.rule }).toEqual({
      action: expected.action,
      rule: expected.rule,
    });
    if (expected.cpuMs === undefined) return;
    // The best of many: what else a machine does makes it longer, and nothing makes it shorter.
    let least = cpuMs;
    for (let tries = 0; tries < 20 && least > expected.cpuMs; tries += 1)
      least = Math.min(least, answered(webhook, Buffer.from(review.text), freshScenes()[scene]).cpuMs);
    expect(least).toBeLessThanOrEqual(expected.cpuMs);
  });
});

describe('all bodies that were kept', () => {
  it.each(bodies)('$file: within all bounds, and heard as they were', ({ mode: name, steps, expected }) => {
    const mode = MODES.find((candidate) => candidate.name === name);
    if (mode === undefined) throw new Error(`there is no mode "${name}"`);
    const record = checkSteps(
      mode,
      steps.map((step) => ({ ...step, bodies: step.bodies.map(made) })),
    );
    if (expected === undefined) return;
    const impaired = record.zones.filter(({ state }) => state === 'impaired').map(({ id }) => id);
    expect(impaired).toEqual(expected.impaired);
  });
});

describe('the corpus', () => {
  it('has each finding of the review that is an input', () => {
    const findings = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15];
    const names = [...reviews, ...bodies].map(({ file }) => file);
    for (const finding of findings) {
      const prefix = `finding-${String(finding).padStart(2, '0')}-`;
      expect(names.filter((name) => name.includes(prefix)).length, prefix).toBeGreaterThan(0);
    }
  });

  it('is small, though what it makes is not', () => {
    const files = [...reviews, ...bodies].map(({ file }) => statSync(join(CORPUS, file)).size);
    expect(files.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });
});

describe('a recipe', () => {
  it.each([
    ['nothing that is repeated', '{"a":1}'],
    ['a row of letters', `["${'9'.repeat(5000)}"]`],
    ['names that count', JSON.stringify(Array.from({ length: 500 }, (_, at) => `use1-az${at}`))],
    [
      'entries that count',
      JSON.stringify(Array.from({ length: 90 }, (_, at) => ({ key: 'a', values: [`b${at}.x`] }))),
    ],
    [
      'members that count',
      JSON.stringify(Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`n${at}`, 'x']))),
    ],
    ['JSON in JSON', JSON.stringify({ a: JSON.stringify(Array.from({ length: 90 }, (_, at) => `z${at}`)) })],
    ['counts that jump', '["a1","a2","a3","a4","a5","a6","a7","a8","a9","a11","a12"]'],
    ['a sign of its own', `["a#1",${'"#",'.repeat(100)}"a#2"]`],
    ['lists in lists', `${'['.repeat(3000)}${']'.repeat(3000)}`],
    ['halves of pairs', `"${'\ud800'.repeat(300)}"`],
  ])('makes the text that it is of: %s', (_, text) => {
    const recipe = recipeOf(text);
    expect(made(recipe)).toBe(text);
    if (text.length > 2000) expect(JSON.stringify(recipe).length).toBeLessThan(text.length / 10);
  });
});
