import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { parse } from 'yaml';
import { checkHistory } from './check-history.ts';
import type { History } from './steps.ts';

/** Histories that failed once, as the random search found them. */
const kept = new URL('./kept/', import.meta.url);
describe('a history that failed once', () => {
  it.each(readdirSync(kept))('%s', (file) => {
    checkHistory(parse(readFileSync(new URL(file, kept), 'utf8')) as History);
  });
});
