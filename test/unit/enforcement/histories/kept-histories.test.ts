import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkHistory } from './check-history.ts';
import type { History } from './steps.ts';

const read = (folder: URL, file: string) => parse(readFileSync(new URL(file, folder), 'utf8')) as History;

/** Histories that failed once, as the random search and the replay on a real API server found them. */
const kept = new URL('./kept/', import.meta.url);
describe('a history that failed once', () => {
  it.each(readdirSync(kept))('%s', (file) => {
    checkHistory(read(kept, file));
  });
});

/** Histories in which something is lost. One that passes is mended: it belongs into kept/ then. */
const known = new URL('./known-failures/', import.meta.url);
describe('a history that is known to fail', () => {
  it.each(readdirSync(known))('%s', (file) => {
    expect(() => checkHistory(read(known, file))).toThrow();
  });
});
