import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CheckReport } from '../../../cli/check/check-report.ts';
import { asJson, asYaml } from '../../../cli/check/formats/document.ts';
import { asGitHub } from '../../../cli/check/formats/github.ts';
import { asJUnit } from '../../../cli/check/formats/junit.ts';
import { asSarif } from '../../../cli/check/formats/sarif.ts';
import { asTable } from '../../../cli/check/formats/table.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import { denied, object, report, warned } from './sample-report.ts';

const SUMMARY =
  '2 objects: 1 pass, 0 warn, 1 fail; 1 error; 3 skipped. Profile baseline; counted by the bundled snapshot of 2026-10-27, 1,386 types, 1 day old.';

const PLAIN = { isColoured: false, showsAll: true };

it('table', () => {
  expect(asTable(report(), PLAIN)).toBe(`nodepools/web.yaml:9:7  NodePool/web  deny  spot-types-min
  Spot may be launched, and at most 2 instance types match.
  Fix: Add m6i.large.
  See docs/policies/spot-types-min.md

nodepools/web.yaml:5:1  NodePool/web  warn  limits-missing
  Nothing bounds it.
  See docs/policies/limits-missing.md

nodepools/web.yaml:9:7  NodePool/web  audit  spot-types-min
  Spot may be launched, and at most 2 instance types match.
  Fix: Add m6i.large.
  exempt: licence bound to one type
  See docs/policies/spot-types-min.md

${SUMMARY}`);
  expect(asTable(report(), { ...PLAIN, isColoured: true })).toContain('\u001b[31mdeny\u001b[0m');
});

it('table: what neither fails the check nor is warned of is counted, unless all is asked for', () => {
  const text = asTable(report(), { isColoured: false, showsAll: false });
  expect(text).not.toContain('  audit  ');
  expect(text).toContain(`\n\n1 more of severity audit; --all shows it.\n${SUMMARY}`);
  const failing = report({ objects: [object('web', [{ ...warned, severity: 'audit', fails: true }])] });
  expect(asTable(failing, { isColoured: false, showsAll: false })).toContain('  audit  limits-missing');
});

it('GitHub: commands, and what they have to escape', () => {
  const odd = object('web', [{ ...warned, message: '100% of 1:2, and\nmore' }], { file: 'a,b:c.yaml' });
  const piped = { ...object('web', [denied]), file: '<stdin>' };
  expect(asGitHub(report({ objects: [object('web', [denied]), odd, piped] })).split('\n')).toEqual([
    '::error file=nodepools/web.yaml,line=9,col=7,title=zonewarden%3A spot-types-min::NodePool/web: Spot may be launched, and at most 2 instance types match. Add m6i.large. See docs/policies/spot-types-min.md',
    '::warning file=a%2Cb%3Ac.yaml,line=5,col=1,title=zonewarden%3A limits-missing::NodePool/web: 100%25 of 1:2, and more. See docs/policies/limits-missing.md',
    '::error title=zonewarden%3A spot-types-min::<stdin>:9: NodePool/web: Spot may be launched, and at most 2 instance types match. Add m6i.large. See docs/policies/spot-types-min.md',
    '::error file=nodepools/bad.yaml,line=3,col=2,title=zonewarden%3A not read::it is no YAML: a & b',
    expect.stringMatching(/^2 objects/),
  ]);
});

it('JUnit: one failure a case, the rest beside it', () => {
  expect(asJUnit(report())).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="zonewarden check" tests="4" failures="1" errors="1" skipped="1">
  <testsuite name="nodepools/web.yaml" tests="2" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="nodepools/web.yaml" name="NodePool/web" file="nodepools/web.yaml" line="1" time="0">
      <failure message="spot-types-min: Spot may be launched, and at most 2 instance types match" type="spot-types-min">nodepools/web.yaml:9:7 deny spot-types-min: Spot may be launched, and at most 2 instance types match. Add m6i.large. See docs/policies/spot-types-min.md</failure>
      <system-out>nodepools/web.yaml:5:1 warn limits-missing: Nothing bounds it. See docs/policies/limits-missing.md
nodepools/web.yaml:9:7 audit spot-types-min: Spot may be launched, and at most 2 instance types match. Add m6i.large. See docs/policies/spot-types-min.md</system-out>
    </testcase>
    <testcase classname="nodepools/web.yaml" name="NodePool/fine" file="nodepools/web.yaml" line="20" time="0"/>
  </testsuite>
  <testsuite name="nodepools/old.yaml" tests="1" failures="0" errors="0" skipped="1" time="0">
    <testcase classname="nodepools/old.yaml" name="NodePool/old" file="nodepools/old.yaml" line="1" time="0">
      <skipped message="karpenter.sh/v1beta1 is not judged"/>
    </testcase>
  </testsuite>
  <testsuite name="nodepools/bad.yaml" tests="1" failures="0" errors="1" skipped="0" time="0">
    <testcase classname="nodepools/bad.yaml" name="nodepools/bad.yaml:3" time="0">
      <error message="it is no YAML: a &amp; b" type="input"/>
    </testcase>
  </testsuite>
</testsuites>
<!-- ${SUMMARY} -->`);
});

describe('JSON and YAML', () => {
  it('carry the summary, what was counted in, and every finding with its place', () => {
    const json: unknown = JSON.parse(asJson(report()));
    expect(json).toMatchObject({
      summary: { pass: 1, warn: 0, fail: 1, error: 1, skip: 3 },
      catalog: { source: 'bundled', ageDays: 1, types: 1386 },
      policy: { profile: 'baseline' },
      results: [
        { file: 'nodepools/web.yaml', kind: 'NodePool', name: 'web', ...denied },
        warned,
        { lowered: 'exempt', exemption: 'licence bound to one type' },
      ],
      errors: [{ file: 'nodepools/bad.yaml', line: 3 }],
    });
    expect(parse(asYaml(report()))).toEqual(json);
  });
});

const region = z.strictObject({ startLine: z.int().positive(), startColumn: z.int().positive() });
const physical = z.strictObject({
  artifactLocation: z.strictObject({ uri: z.string(), uriBaseId: z.string().optional() }),
  region: region.optional(),
});
const level = z.enum(['none', 'note', 'warning', 'error']);
const text = z.strictObject({ text: z.string().min(1) });
const bag = z.record(z.string(), z.unknown());
/** The parts of the official schema (sarif-schema-2.1.0.json, additionalProperties: false throughout) that are written. */
const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              shortDescription: text,
              fullDescription: text,
              help: z.strictObject({ text: z.string(), markdown: z.string() }),
              helpUri: z.url().optional(),
              defaultConfiguration: z.strictObject({ level, enabled: z.boolean() }),
              properties: bag,
            }),
          ),
        }),
      }),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({
              level,
              message: text,
              locations: z.array(z.strictObject({ physicalLocation: physical })),
            }),
          ),
        }),
      ),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      properties: bag,
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(-1),
          level,
          message: text,
          locations: z.array(
            z.strictObject({
              physicalLocation: physical,
              logicalLocations: z.array(
                z.strictObject({ name: z.string(), fullyQualifiedName: z.string(), kind: z.string() }),
              ),
            }),
          ),
          suppressions: z
            .array(z.strictObject({ kind: z.enum(['inSource', 'external']), justification: z.string() }))
            .optional(),
          properties: bag,
        }),
      ),
    }),
  ]),
});

describe('SARIF', () => {
  const [run] = sarifSchema.parse(JSON.parse(asSarif(report(), { version: '0.1.0' }))).runs;

  it('has every rule, and each result says which it is', () => {
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(ALL_RULES.map(({ id }) => id));
    for (const { ruleId, ruleIndex } of run.results) {
      if (ruleIndex >= 0) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
  });

  it('has levels, places and suppressions', () => {
    expect(
      run.results.map((result) => [result.level, result.locations[0]?.physicalLocation, result.suppressions]),
    ).toEqual([
      [
        'error',
        {
          artifactLocation: { uri: 'nodepools/web.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 9, startColumn: 7 },
        },
        undefined,
      ],
      ['warning', expect.anything(), undefined],
      ['note', expect.anything(), [{ kind: 'inSource', justification: 'licence bound to one type' }]],
    ]);
  });

  it('was no success where some input could not be read', () => {
    expect(run.invocations[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ message: { text: 'it is no YAML: a & b' } }],
    });
    const [good] = sarifSchema.parse(JSON.parse(asSarif(report({ errors: [] }), { version: '0.1.0' }))).runs;
    expect(good.invocations[0]?.executionSuccessful).toBe(true);
  });

  it('names files as URIs', () => {
    const files = ['a b/ü#?.yaml', '/abs/x.yaml', '<stdin>'].map((file) => object('x', [warned], { file }));
    const [odd] = sarifSchema.parse(
      JSON.parse(asSarif(report({ objects: files }), { version: '0.1.0' })),
    ).runs;
    expect(odd.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri)).toEqual([
      'a%20b/%C3%BC%23%3F.yaml',
      'file:///abs/x.yaml',
      'stdin',
    ]);
  });
});

describe('what the input has that a terminal obeys', () => {
  const evil = '\u001b[2J\u009b31m\u202e\u2028x\u0007';
  const hostile = report({
    objects: [object(evil, [{ ...denied, message: evil, fix: evil }], { file: evil })],
    errors: [{ file: evil, message: evil }],
  });

  it.each([
    ['table', (one: CheckReport) => asTable(one, PLAIN)],
    ['json', asJson],
    ['yaml', asYaml],
    ['sarif', (one: CheckReport) => asSarif(one, { version: '0.1.0' })],
    ['junit', asJUnit],
    ['github', asGitHub],
  ] as const)('%s shows it, and never as it is', (_form, form) => {
    expect(form(hostile)).not.toMatch(/[^\n\P{Cc}]|[\u2028\u2029\u202a-\u202e]/u);
  });

  it('is exact in JSON and YAML all the same', () => {
    for (const read of [JSON.parse(asJson(hostile)), parse(asYaml(hostile))]) {
      expect(read).toMatchObject({ results: [{ name: evil, message: evil }] });
    }
  });
});
