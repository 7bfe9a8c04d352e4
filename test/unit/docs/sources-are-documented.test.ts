import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readMessage } from '../../../watcher/hearing/read-message.ts';
import { ROOT, sourceFiles } from '../architecture/source-files.ts';
import { codeBlocks, codeSpans, readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/sources.md');
const familySchema = z.object({ source: z.string(), detailTypes: z.array(z.string()) });

/** Every family that a file of shared/signals exports, registered or not. */
async function families() {
  const found: z.infer<typeof familySchema>[] = [];
  for (const { path } of sourceFiles(['shared/signals'])) {
    const module: Record<string, unknown> = await import(/* @vite-ignore */ join(ROOT, path));
    for (const value of Object.values(module)) {
      const family = familySchema.safeParse(value);
      if (family.success) found.push(family.data);
    }
  }
  return found;
}

function event(source: string, detailType: string): string {
  const requestParameters = { awayFrom: 'use1-az1', resourceIdentifier: 'my-cluster' };
  // As much as any type needs: a zone, a resource, a call.
  const detail = { metadata: { awayFrom: 'use1-az1' }, eventName: 'StartZonalShift', requestParameters };
  const resources = ['my-cluster'];
  const members = {
    id: '1',
    source,
    'detail-type': detailType,
    time: '2026-11-21T04:00:00Z',
    resources,
    detail,
  };
  return JSON.stringify(members);
}

function outcomeOf(body: string): string {
  return readMessage({ id: '1', receiptHandle: '1', body }).outcome;
}

describe('docs/sources.md', async () => {
  const rows = tableRows(section(text, '## Events')).map(([type = '', outcome = '']) => ({
    type: codeSpans(type)[0] ?? '',
    outcome: codeSpans(outcome)[0] ?? '',
  }));

  it('has every event type of every source, and no other', async () => {
    const types = (await families()).flatMap(({ detailTypes }) => detailTypes);
    expect(rows.map(({ type }) => type).sort()).toEqual(types.sort());
  });

  it.each(rows)('says what $type is read as', ({ type, outcome }) => {
    expect(outcomeOf(event('aws.arc-zonal-shift', type))).toBe(outcome);
  });

  it('shows bodies that are read as it says', () => {
    const bodies = codeBlocks(section(text, '## Forms'), 'json');
    expect(bodies.map(outcomeOf)).toEqual(['signals', 'signals']);
    const forms = bodies.map((body) => readMessage({ id: '1', receiptHandle: '1', body }).form);
    expect(forms).toEqual(['raw', 'sns']);
  });

  it('has every outcome and every fate of a message', () => {
    const documented = tableRows(section(text, '## What happens to a message'));
    const [, readings = ''] = /type Reading =([\s\S]*?)\n\n/.exec(textOf('shared/signals')) ?? [];
    const outcomes = [...readings.matchAll(/kind: '([a-z]+)'/g)].map(([, kind = '']) => kind).sort();
    expect([...new Set(documented.flatMap(([outcome = '']) => codeSpans(outcome)))].sort()).toEqual(outcomes);
    const [, union = ''] = /type MessageFate = ([^;]+);/.exec(textOf('watcher/hearing')) ?? [];
    const fates = [...union.matchAll(/'([a-z]+)'/g)].map(([, fate = '']) => fate);
    expect([...new Set(documented.flatMap(([, fate = '']) => codeSpans(fate)))].sort()).toEqual(fates.sort());
  });
});

function textOf(folder: string): string {
  return sourceFiles([folder])
    .map((file) => file.text)
    .join('\n');
}
