import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../../../shared/errors/zonewarden-error.ts';
import { exemptionFrom } from '../../../shared/policy/core/exemption.ts';
import {
  DEFAULT_KARPENTER_USERS,
  DEFAULT_POLICY,
  DEFAULT_TRUSTED_USERS,
  settingFor,
} from '../../../shared/policy/core/policy.ts';
import { PROFILES } from '../../../shared/policy/core/rule.ts';
import { SEVERITIES } from '../../../shared/policy/core/severity.ts';
import {
  POLICY_NAME,
  policyDocument,
  policyInConfigMap,
  readPolicy,
} from '../../../shared/policy/document/policy-document.ts';
import { policySchema } from '../../../shared/policy/document/policy-schema.ts';
import { ruleWithId } from '../../../shared/policy/rules/all-rules.ts';
import { SAMPLE_RULES } from '../policy/sample-rules.ts';
import { codeBlocks, codeSpans, readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/policies.md');
const configMapSchema = z.looseObject({
  kind: z.literal('ConfigMap'),
  metadata: z.looseObject({ name: z.string() }),
  data: z.record(z.string(), z.string()),
});

/** Every key of the document but for the rules' own, in the order of the schema. */
function keysOfSchema(): string[] {
  const { shape } = policySchema(SAMPLE_RULES);
  const override = shape.overrides.unwrap().unwrap().element.shape;
  const ofOverride = Object.keys(override).flatMap((key) =>
    key === 'match' ? Object.keys(override.match.shape).map((part) => `match.${part}`) : [key],
  );
  return Object.keys(shape).flatMap((key) =>
    key === 'overrides' ? [key, ...ofOverride.map((part) => `overrides[].${part}`)] : [key],
  );
}

describe('docs/policies.md', () => {
  const rows = tableRows(section(text, '## The document'));
  const [example = ''] = codeBlocks(section(text, '## The document'), 'yaml');

  it('has every key of the schema in its order, and no other', () => {
    expect(rows.map(([key = '']) => codeSpans(key)[0])).toEqual(keysOfSchema());
  });

  it('has the words and the default of each key that has some', () => {
    const { shape } = policySchema(SAMPLE_RULES);
    const written = z.record(z.string(), z.unknown()).parse(policyDocument(DEFAULT_POLICY));
    for (const key of ['profile', 'mode'] as const) {
      const row = rows.find(([name]) => name === `\`${key}\``);
      expect(row?.slice(1, 3)).toEqual([shape[key].description, `\`${String(written[key])}\``]);
    }
  });

  it('has every severity and every profile', () => {
    const first = (heading: string) => tableRows(section(text, heading)).map(([name]) => name);
    expect(first('## Severities')).toEqual(SEVERITIES.map((word) => `\`${word}\``));
    expect(first('## Profiles')).toEqual(PROFILES.map((word) => `\`${word}\``));
  });

  it('names those who are never denied', () => {
    expect(codeSpans(section(text, '## What is never denied'))).toEqual(
      expect.arrayContaining([...DEFAULT_KARPENTER_USERS, ...DEFAULT_TRUSTED_USERS]),
    );
  });

  it('shows a document that can be read, and that sets what it says', () => {
    const policy = readPolicy(example);
    const rule = ruleWithId('spot-types-min');
    if (rule === undefined) throw new Error('the example is about a rule that is gone');
    const labels = { team: 'research' };
    expect(settingFor(policy, rule, { name: 'web', labels })).toEqual({
      severity: 'deny',
      parameters: { ...rule.parameters, deny: 8, warn: 20 },
    });
    expect(settingFor(policy, rule, { name: 'gpu-a', labels })).toEqual({
      severity: 'warn',
      parameters: { ...rule.parameters, deny: 1, warn: 3 },
    });
    expect(policy.trustedUsers).toEqual([...DEFAULT_TRUSTED_USERS, 'system:serviceaccount:backup:restore']);
  });

  it('shows an exemption that holds', () => {
    const [block = ''] = codeBlocks(section(text, '## Exemptions'), 'yaml');
    const { metadata } = z
      .object({ metadata: z.object({ annotations: z.record(z.string(), z.string()) }) })
      .parse(parse(block));
    expect(exemptionFrom(metadata.annotations, 'spot-types-min', Date.parse('2026-11-21'))).toEqual({
      holds: true,
      reason: 'the licence is bound to one type',
    });
  });

  it('shows an overlay whose document can be read, for the ConfigMap that is watched', () => {
    const [, patch = ''] = codeBlocks(section(text, '## Changing the policy'), 'yaml');
    const object = configMapSchema.parse(parse(patch));
    expect(object.metadata.name).toBe(POLICY_NAME);
    expect(policyInConfigMap(object)).toMatchObject({ profile: 'spot-production', mode: 'audit' });
  });

  it('quotes the message of a bad edit', () => {
    const [quoted = ''] = codeBlocks(section(text, '## A bad edit'), '');
    let message = '';
    try {
      readPolicy('rules:\n  spot-type-min: warn\n');
    } catch (error) {
      message = messageOf(error);
    }
    expect(quoted.trim()).toBe(message);
  });

  it('has the place of the table of rules', () => {
    expect(text).toMatch(/^<!-- rules -->$[\s\S]*^<!-- \/rules -->$/m);
  });
});

describe('config/base/policy.yaml', () => {
  const shipped = configMapSchema.parse(parse(readDocument('config/base/policy.yaml')));

  it('ships the defaults', () => {
    expect(shipped.metadata.name).toBe(POLICY_NAME);
    expect(policyInConfigMap(shipped)).toEqual(DEFAULT_POLICY);
  });

  it('writes every key out', () => {
    const written = z.record(z.string(), z.unknown()).parse(parse(shipped.data['policy.yaml'] ?? ''));
    expect(Object.keys(written)).toEqual(Object.keys(policySchema(SAMPLE_RULES).shape));
  });

  it('has examples in its comments that can be read', () => {
    const commented = /^# {2}(?=\S| {2}\S)/gm;
    const policy = readPolicy((shipped.data['policy.yaml'] ?? '').replace(commented, '  '));
    expect(Object.keys(policy.rules)).toHaveLength(1);
    expect(policy.overrides).toHaveLength(1);
    expect(policy.trustedUsers).toHaveLength(DEFAULT_TRUSTED_USERS.length + 1);
  });
});
