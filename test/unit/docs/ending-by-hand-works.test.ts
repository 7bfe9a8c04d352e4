import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { expireSources } from '../../../shared/record/end-of-impairment.ts';
import { decodeRecord } from '../../../shared/record/record-document.ts';
import { effectiveAt } from '../../../shared/record/zone-record.ts';
import { asOf } from '../record/signals.ts';
import { codeBlocks, readDocument, section } from './markdown.ts';

const configMapSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
  data: z.record(z.string(), z.string()),
});

describe('docs/limits.md, ending a shift by hand', () => {
  const text = section(readDocument('docs/limits.md'), '## Ending a shift by hand');
  const [before, after] = codeBlocks(text, 'yaml').map((code) => {
    const { metadata, data } = configMapSchema.parse(parse(code));
    return decodeRecord({ annotations: metadata.annotations, data }).record;
  });

  it('shows a record with one impaired zone', () => {
    expect(before?.zones.map(({ state }) => state)).toEqual(['impaired']);
    expect(before === undefined ? undefined : expireSources(before, asOf(Date.now()))).toBe(before);
  });

  it('shows an edit that the webhook takes for the end at once, and the watcher for the first step of the recovery', () => {
    const record = z.custom<NonNullable<typeof after>>().parse(after);
    expect(effectiveAt(record, Date.now()).zones.map(({ state }) => state)).toEqual(['recovering']);
    const written = expireSources(record, asOf(Date.now()));
    expect(written.zones.map(({ state, sources }) => ({ state, sources }))).toEqual([
      { state: 'recovering', sources: [] },
    ]);
    expect(written.generation).toBe(record.generation + 1);
  });

  it('shows a command that writes the same edit', () => {
    const [, patch = ''] = /-p '([^']+)'/.exec(codeBlocks(text, 'sh').join('\n')) ?? [];
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(JSON.parse(patch));
    const annotations = { 'zonewarden.io/generation': '2' };
    expect(decodeRecord({ annotations, data }).record.zones).toEqual(after?.zones);
  });
});
