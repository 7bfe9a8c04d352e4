import { describe, expect, it } from 'vitest';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import type { Finding } from '../../../shared/policy/core/finding.ts';
import { DEFAULT_POLICY, type Policy } from '../../../shared/policy/core/policy.ts';
import type { Surroundings } from '../../../shared/policy/core/surroundings.ts';
import { withoutImpairment } from '../../../shared/policy/core/without-impairment.ts';
import { ALL_RULES } from '../../../shared/policy/rules/all-rules.ts';
import { scanPool } from '../../../shared/policy/stored/scan-pool.ts';
import { storedPool } from '../../../shared/policy/stored/stored-pool.ts';
import { readPool } from '../../../shared/views/pool-view.ts';
import { setOf, stored } from '../enforcement/stored.ts';

const zones = (...values: string[]) => ({ key: 'topology.kubernetes.io/zone', operator: 'In', values });
const SPOT = { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] };
const ONE_TYPE = { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m5.large'] };

const pool = (requirements: readonly object[], annotations?: Record<string, string>) => ({
  metadata: { name: 'web', uid: 'uid-1', ...(annotations === undefined ? {} : { annotations }) },
  spec: { template: { spec: { requirements } }, disruption: { consolidateAfter: '0s' } },
  status: { nodes: 3 },
});

const around = {
  catalog: bundledCatalog(),
  nodeClasses: new Map(),
  knowsAllNodeClasses: false,
  nodePools: [],
  zones: [],
  impaired: [],
};

function scanned(object: object, policy: Policy = DEFAULT_POLICY, more: Partial<Surroundings> = {}) {
  const defects: string[] = [];
  const scene = {
    around: { ...around, ...more },
    policy,
    nowMs: 0,
    onDefect: (rule: string) => defects.push(rule),
  };
  const metadata = { name: 'web', uid: 'uid-1' };
  return { ...scanPool(storedPool(readPool({ metadata, ...object })), scene), defects };
}

describe('a scan of one NodePool', () => {
  it('finds what admission would, and names every other rule that was asked', () => {
    const { findings, passed, defective } = scanned(pool([SPOT, ONE_TYPE]));
    expect(findings.find(({ rule }) => rule === 'spot-types-min')).toMatchObject({ severity: 'deny' });
    const asked = ALL_RULES.filter(
      ({ kinds, severity }) => kinds.includes('NodePool') && severity.baseline !== 'off',
    );
    const found = new Set(findings.map(({ rule }) => rule));
    expect([...new Set([...found, ...passed])].sort()).toEqual(asked.map(({ id }) => id).sort());
    expect(passed.filter((rule) => found.has(rule))).toEqual([]);
    expect(defective).toEqual([]);
  });

  it('a rule that is off is neither found nor passed', () => {
    const rules = { 'spot-types-min': { severity: 'off' } } as const;
    const { findings, passed } = scanned(pool([SPOT, ONE_TYPE]), { ...DEFAULT_POLICY, rules });
    expect([...findings.map(({ rule }) => rule), ...passed]).not.toContain('spot-types-min');
  });

  it('judges what was declared, whatever a shift left of it', () => {
    const declared = pool([SPOT, ONE_TYPE, zones('us-east-1a', 'us-east-1b')], { team: 'a' });
    const set = setOf(4, ['use1-az1', 'us-east-1a']);
    const { object } = stored(declared, undefined, set);
    expect(JSON.stringify(object)).toContain('zonewarden.io/declared');
    expect(scanned(object)).toEqual(scanned(declared));
  });

  it('is as if all zones were healthy, but for one that is exempt from enforcement', () => {
    const impaired = [{ id: 'use1-az1', name: 'us-east-1a' }];
    const requirements = [zones('us-east-1a', 'us-east-1b')];
    const both = (object: object) => [
      scanned(object).findings,
      scanned(object, DEFAULT_POLICY, { impaired }).findings,
    ];
    const [healthy, during] = both(pool(requirements));
    expect(during).toEqual(healthy);
    const [before = [], exempt = []] = both(pool(requirements, { 'zonewarden.io/zone-enforcement': 'off' }));
    const more = exempt.filter(({ rule }) => before.every((each) => each.rule !== rule));
    expect(more.map(({ rule }) => rule)).toEqual(['zone-impaired-target']);
  });

  it('its status is no part of what is compared', () => {
    const one = storedPool(readPool(pool([SPOT])));
    expect(storedPool(readPool({ ...pool([SPOT]), status: { nodes: 9 } }))).toEqual(one);
    expect(JSON.stringify(one.object)).not.toContain('status');
  });

  it('nor is who wrote its status, which changes with each node', () => {
    const owned = (...managedFields: object[]) => {
      const { metadata, ...rest } = pool([SPOT]);
      return readPool({ ...rest, metadata: { ...metadata, managedFields } });
    };
    const spec = { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': {} } };
    const status = { manager: 'karpenter', operation: 'Update', subresource: 'status' };
    expect(owned(spec, status)).toEqual(owned(spec));
    expect(owned(spec)).not.toEqual(owned());
  });

  it.each([
    ['no spec', { metadata: { name: 'web', uid: 'uid-1' } }],
    ['a spec of another shape', { metadata: { name: 'web', uid: 'uid-1' }, spec: 7 }],
  ])('%s is nothing that the CRD would have stored, and is refused', (_name, object) => {
    expect(() => readPool(object)).toThrow();
  });
});

describe('what denies only because a zone is impaired', () => {
  const finding = (rule: string, severity: Finding['severity']): Finding => ({
    rule,
    severity,
    message: rule,
  });

  it('is warned of, and the rest stays as it is, the worst first', () => {
    const found = [finding('a', 'deny'), finding('b', 'deny'), finding('c', 'warn'), finding('d', 'audit')];
    expect(withoutImpairment(found, [finding('b', 'deny'), finding('a', 'warn')])).toEqual([
      finding('b', 'deny'),
      { ...finding('a', 'warn'), lowered: 'impaired-zone' },
      finding('c', 'warn'),
      finding('d', 'audit'),
    ]);
  });
});
