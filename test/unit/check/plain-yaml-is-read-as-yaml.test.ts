import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Document, parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { PackageNode } from '../../../cli/check/package-node.ts';
import { readPlainYaml } from '../../../cli/check/plain-yaml.ts';
import type { SourceNode } from '../../../cli/check/source-position.ts';
import { yamlDocuments } from '../../../cli/check/yaml-documents.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import { ROOT } from '../architecture/source-files.ts';

/** Where everything stands: the path and the offset of each part but those that are null. */
function placesIn({ start, members, items }: SourceNode, value: unknown, path = ''): string[] {
  if (members !== undefined) {
    const inside = z.record(z.string(), z.unknown()).parse(value);
    return [
      `${path} ${start}`,
      ...members.flatMap(({ name, start: at, node }) => {
        const own = `${path}.${name} name ${at}`;
        const isThere = node !== undefined && inside[name] !== null;
        return isThere ? [own, ...placesIn(node, inside[name], `${path}.${name}`)] : [own];
      }),
    ];
  }
  const inside = items === undefined ? [] : z.array(z.unknown()).parse(value);
  const entries = items?.flatMap((item, place) => placesIn(item, inside[place], `${path}[${place}]`)) ?? [];
  return [`${path} ${start}`, ...entries];
}

/** What the `yaml` package makes of a text that is one document; `undefined` where it finds an error. */
function byThePackage(text: string): { value: unknown; places: string[] } | undefined {
  const documents = parseAllDocuments(text, { merge: true, prettyErrors: false, logLevel: 'silent' });
  if ('empty' in documents) return { value: null, places: [] };
  const [first, second] = documents as Document.Parsed[];
  if (first === undefined || second !== undefined || first.errors.length > 0) return undefined;
  const value: unknown = first.toJS();
  const { contents } = first;
  if (value === null || contents === null) return { value, places: [] };
  return { value, places: placesIn(new PackageNode(contents, first, 0), value) };
}

/** Compares where the fast reader answers. @returns whether it did */
function isSame(text: string): boolean {
  const plain = readPlainYaml(text, 0, text.length);
  if (plain === undefined) return false;
  const places = plain.value === null ? [] : placesIn(plain.node, plain.value);
  expect({ text, value: plain.value, places }).toEqual({ text, ...byThePackage(text) });
  return true;
}

const examples = ALL_RULES.flatMap(({ passes, fails }) =>
  [...passes, ...fails].map(({ yaml }) => yaml),
).flatMap((yaml) => yaml.split(/^---\n/m));
const manifests = globSync('config/**/*.yaml', { cwd: ROOT })
  .flatMap((path) => readFileSync(join(ROOT, path), 'utf8').split(/^---\n/m))
  .filter((text) => text.trim() !== '');

describe('where plain YAML is read, it is read as the yaml package reads it', () => {
  it.each([
    'a: 1\nb: -2\nc: 0\nd: 10Gi\ne: 1.5\n',
    'a: true\nb: False\nc: null\nd: ~\ne: nulls\nf: yes\n',
    'a: "1"\nb: \'x: y # z\'\nc: "# no"\n',
    'a: x # comment\nb: x#no\nc: # nothing\nd: 1\n',
    'a:\n- b\n- c: 1\n  d: 2\n-   e: 3\n    f:\n    - g\nh:\n  - i\n',
    'a: [b, "c", 1, { d: e, f: [] }, {}]\nb: { "c": d }\n',
    'a:\n  b:\n\n  # comment\n  c:\nd: x:y\n',
    '- a\n- - b\n- c: d\n',
    '  a: 1\n  b: 2\n',
    'a:    \nb:   c   \n',
    'karpenter.sh/capacity-type: spot\n2026-01-01: x\n"1": y\n',
    '',
    '# only a comment\n',
    'a: ü Ω 世\n',
  ])('%j', (text) => {
    isSame(text);
  });

  it.each([
    'a: &x 1',
    'a: |\n  b',
    'a: b\n  c',
    'a: "b\\n"',
    'a: b: c',
    'a: 1\na: 2',
    '<<: x',
    'a:\tb',
    'a: [b\n]',
    '? a',
    '{a: 1}',
    'a: !t b',
    "a: 'it''s'",
    '1: a',
    'a: 0x1f',
    '__proto__: 1',
    '-a',
    'a: b\n b: c',
    'a: \u00a0b',
    'a\r\nb',
  ])('%j is left to the package', (text) => {
    expect(readPlainYaml(text, 0, text.length)).toBeUndefined();
  });

  it('for the examples of all rules, which are all plain', () => {
    expect(examples.filter((text) => !isSame(text))).toEqual([]);
  });

  it('for our own manifests, most of which are plain', () => {
    const plain = manifests.filter(isSame);
    expect(plain.length).toBeGreaterThan(manifests.length / 2);
  });

  it('for what is generated', () => {
    const text = fc.oneof(
      fc.constantFrom(
        'a',
        'us-west-2a',
        '10%',
        '1',
        '-1',
        '1.5',
        '1e3',
        '0x1',
        'true',
        'Null',
        '~',
        '',
        ' x',
        'a: b',
        'a #b',
        '# c',
        '- d',
        '1.2.3',
        'é',
      ),
      fc.string({ maxLength: 6 }),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    }));
    const styles = fc.record({
      indentSeq: fc.boolean(),
      defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
      collectionStyle: fc.constantFrom('any' as const, 'block' as const),
    });
    fc.assert(
      fc.property(value, styles, (given, style) => void isSame(stringify(given, style))),
      { numRuns: 2000 },
    );
  });

  it('for manifests with slips in them', () => {
    const bits = [
      ' ',
      '  ',
      '\n',
      ':',
      ': ',
      '- ',
      '-',
      '#',
      ' #',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&a ',
      '*a',
      '|',
      '1',
      '~',
      '?',
      '? ',
      '!',
      '%',
      '\t',
      '.',
      'x',
    ];
    const slip = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 3 }),
      insert: fc.constantFrom('', ...bits),
    });
    const slips = fc.array(slip, { minLength: 1, maxLength: 3 });
    const short = examples.map((text) => text.split('\n').slice(0, 25).join('\n'));
    fc.assert(
      fc.property(fc.constantFrom(...short), slips, (manifest, made) => {
        const text = made.reduce((now, { at, remove, insert }) => {
          const place = at % (now.length + 1);
          return now.slice(0, place) + insert + now.slice(place + remove);
        }, manifest);
        // Three dashes begin another document: the reader is never shown them.
        if (!/^(?:---|\.\.\.|%)/m.test(text)) isSame(text);
      }),
      { numRuns: Number(process.env.ZONEWARDEN_YAML_CASES ?? 3000) },
    );
  });
});

describe('documents', () => {
  const valuesOf = (text: string) =>
    yamlDocuments(text).map((read) => ('value' in read ? read.value : read.message));

  it.each([
    'a: 1\n---\nb: 2\n',
    '---\na: 1\n--- \nb: 2\n---\n',
    '--- # first\na: |\n  text\n---\nb: 2',
    'a: 1\n...\n---\nb: 2\n',
    '%YAML 1.2\n---\na: 1\n',
    '--- {a: 1}\n---\nb: 2\n',
    'a: 1\r\n---\r\nb: 2\r\n',
  ])('%j are those that the package finds', (text) => {
    const theirs = parseAllDocuments(text).map((document) => document.toJS());
    expect(valuesOf(text).filter((value) => value !== null)).toEqual(
      theirs.filter((value) => value !== null),
    );
  });
});
