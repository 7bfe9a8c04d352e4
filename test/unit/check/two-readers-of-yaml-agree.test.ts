import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { SourceNode } from '../../../cli/input/source-position.ts';
import { yamlDocuments } from '../../../cli/input/yaml-documents.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import { ROOT } from '../architecture/source-files.ts';

/** What `check` reads of a text; an error is its words. Documents that are empty are left out. */
const ours = (text: string) =>
  yamlDocuments(text).flatMap((read) => ('message' in read ? [read.message] : (read.value ?? [])));

/** What the `yaml` package reads, by which policies are read. */
const theirs = (text: string) =>
  parseAllDocuments(text, { merge: true }).flatMap((document) => document.toJS() ?? []);

/** Each member of each map, with the text at the place where its name is said to stand. */
function namesIn(text: string, { members = [], items = [] }: SourceNode): [name: string, found: string][] {
  const own = members.map(({ name, start }): [string, string] => [
    name,
    text.slice(start).replace(/^["']/, '').slice(0, name.length),
  ]);
  const inside = [...members.flatMap(({ node }) => node ?? []), ...items];
  return [...own, ...inside.flatMap((node) => namesIn(text, node))];
}

const examples = ALL_RULES.flatMap(({ passes, fails }) => [...passes, ...fails].map(({ yaml }) => yaml));
const manifests = globSync('config/**/*.yaml', { cwd: ROOT }).map((path) =>
  readFileSync(join(ROOT, path), 'utf8'),
);

describe('what is read is what the yaml package reads', () => {
  it.each([
    'a: 1\nb: -2\nc: 0\nd: 10Gi\ne: 1.5\n',
    'a: true\nb: False\nc: null\nd: ~\ne: nulls\nf: yes\n',
    'a: "1"\nb: \'x: y # z\'\nc: "# no"\n',
    'a: x # comment\nb: x#no\nc: # nothing\nd: 1\n',
    'a:\n- b\n- c: 1\n  d: 2\n-   e: 3\n    f:\n    - g\nh:\n  - i\n',
    'a: [b, "c", 1, { d: e, f: [] }, {}]\nb: { "c": d }\n',
    'karpenter.sh/capacity-type: spot\n2026-01-01: x\n"1": y\n',
    'a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n',
    'a: |\n  b\n  c\nd: >-\n  e\n  f\n',
    '{"apiVersion": "v1", "items": [{"kind": "A"}, null, 1e3]}',
    'a: 1\n---\nb: 2\n',
    '---\na: 1\n--- \nb: 2\n---\n',
    '--- # first\na: |\n  text\n---\nb: 2',
    'a: 1\n...\n---\nb: 2\n',
    '%YAML 1.2\n---\na: 1\n',
    '--- {a: 1}\n---\nb: 2\n',
    'a: 1\r\n---\r\nb: 2\r\n',
    '',
    '# only a comment\n',
    'a: ü Ω 世\n',
  ])('%j', (text) => {
    expect(ours(text)).toEqual(theirs(text));
  });

  it('for the examples of all rules and for our own manifests', () => {
    for (const text of [...examples, ...manifests]) expect(ours(text)).toEqual(theirs(text));
  });

  it('for what is generated', () => {
    const text = fc.oneof(
      fc.constantFrom('a', '10%', '1', '-1', '1.5', '0x1', 'true', '~', '', ' x', 'a: b', 'a #b', '- d', 'é'),
      fc.string({ maxLength: 6 }),
    );
    // Of names without any characters they think differently, and no object has any.
    const name = fc.stringMatching(/^[a-z1-9][a-z1-9./_-]{0,8}$/);
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 3 }),
      ),
    }));
    const styles = fc.record({
      indentSeq: fc.boolean(),
      defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
    });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), styles, (given, style) => {
        const written = stringify({ given }, style);
        expect(ours(written)).toEqual([{ given }]);
      }),
      { numRuns: Number(process.env.ZONEWARDEN_YAML_CASES ?? 1000) },
    );
  });
});

it('each name stands where it is said to stand', () => {
  for (const text of [...examples, ...manifests]) {
    for (const read of yamlDocuments(text)) {
      if ('message' in read) throw new Error(read.message);
      const names = namesIn(text, read.node);
      expect(names.map(([, found]) => found)).toEqual(names.map(([name]) => name));
    }
  }
});
