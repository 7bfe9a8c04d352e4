import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Output } from '../../../cli/output/output.ts';
import { runCommandLine } from '../../../cli/program.ts';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { catalogDocument } from '../../../shared/catalog/catalog-document.ts';

/** Denied by `spot-types-min`, with annotations and labels as given. */
function tooNarrow(annotations = '{}'): string {
  return `apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: web
  annotations: ${annotations}
spec:
  limits: { cpu: "100", memory: 100Gi }
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand] }
        - { key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, m6i.large, c5.large] }
`;
}
const EXEMPT = '{ exempt.zonewarden.io/spot-types-min: licence bound to these types }';

const reportSchema = z.object({
  summary: z.object({
    pass: z.number(),
    warn: z.number(),
    fail: z.number(),
    error: z.number(),
    skip: z.number(),
  }),
  policy: z.object({ profile: z.string() }),
  catalog: z.object({ source: z.string() }),
  results: z.array(
    z.looseObject({
      rule: z.string(),
      severity: z.string(),
      fails: z.boolean(),
      exemption: z.string().optional(),
    }),
  ),
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zonewarden-check-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

async function run(args: readonly string[], piped?: string) {
  const texts = { out: '', error: '' };
  const write: Output['write'] = (to, text) => {
    texts[to] += text;
  };
  const output: Output = {
    write,
    say: (text) => write('out', `${text}\n`),
    warn: (text) => write('error', `warning: ${text}\n`),
    fail: (text) => write('error', `error: ${text}\n`),
  };
  const input = { isTerminal: piped === undefined, read: () => Promise.resolve(piped ?? '') };
  const status = await runCommandLine(args, output, input);
  return { status, ...texts };
}

async function check(args: readonly string[], piped?: string) {
  const { status, out, error } = await run(['check', '-o', 'json', ...args], piped);
  return { status, error, report: reportSchema.parse(JSON.parse(out)) };
}

/** What the rule about Spot says; the others are looked at by their own tests. */
const spot = ({ results }: z.output<typeof reportSchema>) =>
  results.filter(({ rule }) => rule === 'spot-types-min');

describe('0: nothing fails the check', () => {
  it('only other kinds', async () => {
    const { status, report } = await check(['-'], 'kind: ConfigMap\n---\nkind: Deployment\n');
    expect([status, report.summary]).toEqual([0, { pass: 0, warn: 0, fail: 0, error: 0, skip: 2 }]);
  });

  it('what is exempt, at any --fail-on', async () => {
    const policy = file('policy.yaml', 'rules: {}\n');
    const { report } = await check(['--fail-on', 'audit', '--policy', policy], tooNarrow(EXEMPT));
    expect(spot(report)).toMatchObject([
      { severity: 'audit', fails: false, exemption: 'licence bound to these types' },
    ]);
  });

  it('a policy that is off', async () => {
    const policy = file('policy.yaml', 'mode: audit\n');
    const { status, report } = await check(['--policy', policy], tooNarrow());
    expect(status).toBe(0);
    expect(spot(report)).toMatchObject([{ severity: 'audit' }]);
  });
});

describe('1: something fails it', () => {
  it('a denied NodePool', async () => {
    const { status, report } = await check([file('web.yaml', tooNarrow())]);
    expect(status).toBe(1);
    expect(report.summary).toMatchObject({ fail: 1, error: 0 });
    expect(spot(report)).toMatchObject([
      { severity: 'deny', fails: true, line: 11, name: 'web', found: 3, needed: 5 },
    ]);
  });

  it('a warning, where --fail-on says so', async () => {
    const policy = file('policy.yaml', 'rules: { spot-types-min: warn }\n');
    expect(spot((await check(['--policy', policy], tooNarrow())).report)).toMatchObject([
      { severity: 'warn', fails: false },
    ]);
    const { status, report } = await check(['--policy', policy, '--fail-on', 'warn'], tooNarrow());
    expect(status).toBe(1);
    expect(spot(report)).toMatchObject([{ severity: 'warn', fails: true }]);
  });

  it('what is piped in without being asked for', async () => {
    expect((await check([], tooNarrow())).status).toBe(1);
  });
});

describe('2: it could not be checked', () => {
  it('broken YAML: the rest is judged and told', async () => {
    const broken = file('broken.yaml', 'kind: NodePool\nspec: [\n');
    const { status, report, error } = await check([broken, file('web.yaml', tooNarrow())]);
    expect(status).toBe(2);
    expect(report.summary).toMatchObject({ fail: 1, error: 1 });
    expect(error).toMatch(/^error: \S+broken\.yaml:3:1: it is no YAML: /m);
  });

  it.each([
    ['a file that is not there', ['/nowhere/pool.yaml'], /ENOENT/],
    ['no input at all', [], /kustomize build \| zonewarden check/],
    ['an unknown form', ['-', '-o', 'xml'], /Allowed choices/],
    ['an unknown profile', ['-', '--profile', 'lax'], /Allowed choices/],
    ['an unknown option', ['-', '--bogus'], /unknown option/],
    ['a zone that is none', ['-', '--impaired', 'A Zone'], /is no zone/],
    ['a map that is none', ['-', '--zone-map', 'us-west-2a'], /usw2-az1=us-west-2a/],
    ['a policy that is not there', ['-', '--policy', '/nowhere/policy.yaml'], /--policy: .*ENOENT/],
    ['a catalogue that is not there', ['-', '--catalog', '/nowhere/catalog.json'], /--catalog .*ENOENT/],
  ])('%s', async (_what, args, message) => {
    const { status, error } = await run(['check', ...args], args.length > 0 ? '' : undefined);
    expect(status).toBe(2);
    expect(error).toMatch(message);
  });

  it('a policy or a catalogue that is none', async () => {
    const policy = await run(['check', '-', '--policy', file('p.yaml', 'rulez: {}\n')], '');
    expect([policy.status, policy.error]).toEqual([2, expect.stringContaining('p.yaml')]);
    const catalog = await run(['check', '-', '--catalog', file('c.json', '{}')], '');
    expect([catalog.status, catalog.error]).toEqual([2, expect.stringContaining('c.json')]);
  });

  it('nothing to be judged, where --require-resources asks for something', async () => {
    expect((await check(['-', '--require-resources'], 'kind: ConfigMap\n')).status).toBe(2);
    expect((await check(['-', '--require-resources'], tooNarrow())).status).toBe(1);
  });
});

describe('options', () => {
  it('--profile goes before the policy, which may be a manifest', async () => {
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: zonewarden-policy }\ndata:\n  policy.yaml: |\n    profile: strict\n`;
    const policy = file('configmap.yaml', manifest);
    expect((await check(['-', '--policy', policy], '')).report.policy.profile).toBe('strict');
    const { report } = await check(['-', '--policy', policy, '--profile', 'spot-production'], '');
    expect(report.policy.profile).toBe('spot-production');
  });

  it('--catalog takes JSON, plain or packed', async () => {
    const document = catalogDocument(bundledCatalog());
    const own = {
      ...z.looseObject({}).parse(document),
      origin: { source: 'ec2', madeAt: '2026-11-01T00:00:00Z' },
    };
    const json = JSON.stringify(own);
    for (const path of [file('catalog.json', json), file('catalog.json.gz', gzipSync(json))]) {
      expect((await check(['-', '--catalog', path], '')).report.catalog.source).toBe('ec2');
    }
  });

  it('--impaired takes one zone at a time, so that files may come behind it', async () => {
    const path = file('web.yaml', tooNarrow(EXEMPT));
    const { error, report } = await check([
      '--impaired',
      'usw2-az1',
      '--zone-map',
      'usw2-az1=us-west-2a',
      path,
    ]);
    expect(error).toBe('');
    expect(report.summary.skip).toBe(0);
    expect(spot(report)).toHaveLength(1);
  });

  it('an outdated version is told and skipped', async () => {
    const { status, error, report } = await check(['-'], tooNarrow().replace('sh/v1', 'sh/v1beta1'));
    expect([status, report.summary.skip]).toEqual([0, 1]);
    expect(error).toContain('karpenter.sh/v1beta1 is not judged');
  });
});
