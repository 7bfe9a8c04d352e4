import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exceptionsSchema, findingsIn, judge } from '../../manifest-checker/findings.ts';
import { ROOT } from '../architecture/source-files.ts';

const answer = (grade: number, skipped = false) =>
  JSON.stringify([
    {
      object_meta: { name: 'zonewarden' },
      type_meta: { kind: 'Deployment' },
      checks: [
        {
          check: { id: 'container-resources' },
          grade,
          skipped,
          comments: [
            { path: 'webhook', summary: 'CPU limit is not set' },
            { path: '', summary: 'Memory limit is not set' },
          ],
        },
      ],
    },
  ]);
const found = findingsIn('.', answer(1));
const exception = { check: 'container-resources', object: 'Deployment zonewarden', why: 'x'.repeat(20) };

describe("the checker's answer", () => {
  it('is a finding for each comment on what is critical or a warning', () => {
    expect(found.map(({ says }) => says)).toEqual([
      'webhook: CPU limit is not set',
      'Memory limit is not set',
    ]);
    expect(findingsIn('.', answer(5))).toHaveLength(2);
  });

  it('is none for what is well, for what was skipped, and for no objects', () => {
    expect(findingsIn('.', answer(10))).toEqual([]);
    expect(findingsIn('.', answer(1, true))).toEqual([]);
    expect(findingsIn('.', 'null')).toEqual([]);
  });
});

describe('an exception', () => {
  it('explains what it names, and nothing else', () => {
    expect(judge(found, [exception])).toEqual({ unexplained: [], stale: [] });
    const narrow = { ...exception, says: 'CPU limit is not set' };
    expect(judge(found, [narrow]).unexplained.map(({ says }) => says)).toEqual(['Memory limit is not set']);
    const other = { ...exception, object: 'Deployment other' };
    expect(judge(found, [other])).toEqual({ unexplained: found, stale: [other] });
  });

  it('holds where it is said to hold', () => {
    const single = { ...exception, overlays: ['config/overlays/single'] };
    expect(judge(found, [single])).toEqual({ unexplained: found, stale: [single] });
    expect(judge(found, [{ ...exception, overlays: ['.'] }]).unexplained).toEqual([]);
  });

  it('of this repository says why', () => {
    const text = readFileSync(join(ROOT, 'test/manifest-checker/exceptions.yaml'), 'utf8');
    expect(exceptionsSchema.parse(parse(text)).length).toBeGreaterThan(0);
  });
});
