import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../../../shared/errors/zonewarden-error.ts';
import { readRules, rulesDocument, rulesInConfigMap } from '../../../shared/settings/rules-document.ts';
import { RULES_KEYS } from '../../../shared/settings/rules-schema.ts';
import { DEFAULT_ZONE_RULES, RULE_KINDS } from '../../../shared/settings/zone-rules.ts';
import { codeBlocks, readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/rules.md');
const configMapSchema = z.looseObject({
  kind: z.literal('ConfigMap'),
  metadata: z.looseObject({ name: z.string() }),
  data: z.record(z.string(), z.string()),
});

/** The default of a key as the document would say it; a dash where it would say nothing. */
function defaultOf(key: string): string {
  const written = z.record(z.string(), z.unknown()).parse(rulesDocument(DEFAULT_ZONE_RULES));
  const [first = '', second] = key.split('.');
  const value =
    second === undefined ? written[first] : z.record(z.string(), z.unknown()).parse(written[first])[second];
  return value === undefined ? '–' : `\`${String(value)}\``;
}

describe('the table of keys in docs/rules.md', () => {
  const rows = tableRows(section(text, '## Keys'));

  it('has every key of the schema in its order, and no other, with its values and default', () => {
    expect(rows.map((row) => row.slice(0, 3))).toEqual(
      RULES_KEYS.map(({ key, values }) => [`\`${key}\``, values, defaultOf(key)]),
    );
  });

  it('has a key for every rule', () => {
    expect(RULES_KEYS).toHaveLength(RULE_KINDS.length + Object.keys(DEFAULT_ZONE_RULES).length - 1);
    for (const { values } of RULES_KEYS) expect(values).not.toBe('');
  });
});

describe('docs/rules.md', () => {
  const documents = codeBlocks(section(text, '## Examples'), 'yaml');

  it.each(documents)('shows an example that can be read: %j', (example) => {
    expect(readRules(example)).not.toEqual(DEFAULT_ZONE_RULES);
  });

  it('shows an overlay whose document can be read, for the ConfigMap that is watched', () => {
    const blocks = codeBlocks(section(text, '## Changing the rules'), 'yaml').map((block): unknown =>
      parse(block),
    );
    const patch = configMapSchema.parse(blocks[1]);
    expect(patch.metadata.name).toBe('zonewarden-config');
    expect(rulesInConfigMap(patch).kinds['practice-run']).toBe('enforce');
  });

  it('quotes the message of a bad edit', () => {
    const [quoted = ''] = codeBlocks(section(text, '## A bad edit'), '');
    let message = '';
    try {
      readRules('sources:\n  practicRun: enforce\n');
    } catch (error) {
      message = messageOf(error);
    }
    expect(quoted.trim()).toBe(message);
  });
});

describe('config/base/zone-rules.yaml', () => {
  const shipped = configMapSchema.parse(parse(readDocument('config/base/zone-rules.yaml')));

  it('ships the defaults', () => {
    expect(shipped.metadata.name).toBe('zonewarden-config');
    expect(rulesInConfigMap(shipped)).toEqual(DEFAULT_ZONE_RULES);
  });

  it('writes every key out', () => {
    const written = z.record(z.string(), z.unknown()).parse(parse(shipped.data['config.yaml'] ?? ''));
    const keys = Object.entries(written).flatMap(([key, value]) =>
      key === 'sources'
        ? Object.keys(z.looseObject({}).parse(value)).map((kind) => `sources.${kind}`)
        : [key],
    );
    expect(keys).toEqual(RULES_KEYS.map(({ key }) => key));
  });
});
