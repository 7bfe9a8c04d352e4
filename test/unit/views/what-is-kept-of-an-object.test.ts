import { describe, expect, it } from 'vitest';
import { sameJson } from '../../../shared/json/same-json.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { NODE_CLASSES } from '../../../shared/stores/kinds.ts';
import { readClaim } from '../../../shared/views/node-claim.ts';
import { readPool } from '../../../shared/views/pool-view.ts';

describe('of a NodePool', () => {
  const requirements = [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] }];
  const spec = { template: { spec: { requirements, nodeClassRef: { name: 'default' } } }, weight: 7 };
  const ours = { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:spec': {} } };
  const ofStatus = (time: string) => ({
    manager: 'karpenter',
    operation: 'Update',
    subresource: 'status',
    time,
    fieldsV1: { 'f:status': { 'f:resources': {} } },
  });
  const pool = (status: object, managedFields: unknown[] | undefined, resourceVersion = '1'): KubeObject => ({
    metadata: {
      name: 'web',
      uid: 'uid-1',
      resourceVersion,
      generation: 3,
      labels: { team: 'web' },
      annotations: { note: 'mine' },
      ...(managedFields === undefined ? {} : { managedFields }),
    },
    spec,
    status,
  });

  it('what is declared is kept whole, and nothing of its status', () => {
    const view = readPool(pool({ nodes: 7 }, [ours]));
    expect(view).toMatchObject({ name: 'web', uid: 'uid-1' });
    expect(view.manifest).toEqual({
      metadata: { name: 'web', labels: { team: 'web' }, annotations: { note: 'mine' } },
      spec,
    });
    expect(view.enforced.spec.template.spec.requirements).toEqual(requirements);
    expect(view.enforced.metadata).toMatchObject({ name: 'web', annotations: { note: 'mine' } });
    expect(JSON.stringify(view)).not.toContain('status');
  });

  it('managedFields of the status are dropped, and others kept', () => {
    const managed = [ofStatus('2026-11-21T12:00:00Z'), ours, { manager: 'zonewarden', operation: 'Update' }];
    expect(readPool(pool({}, managed)).enforced.metadata.managedFields).toEqual([ours, managed[2]]);
    expect(readPool(pool({}, [ofStatus('x')])).enforced.metadata.managedFields).toEqual([]);
    expect(readPool(pool({}, undefined)).enforced.metadata.managedFields).toBeUndefined();
  });

  it('a write of its status makes no difference, and one of its spec does', () => {
    const before = readPool(pool({ nodes: 1 }, [ours, ofStatus('2026-11-21T12:00:00Z')]));
    const after = readPool(pool({ nodes: 2 }, [ours, ofStatus('2026-11-21T12:00:01Z')], '2'));
    expect(sameJson(before, after)).toBe(true);
    const other = readPool({ ...pool({ nodes: 2 }, [ours]), spec: { ...spec, weight: 8 } });
    expect(sameJson(before, other)).toBe(false);
  });

  it.each<[string, object]>([
    ['without a name', { metadata: { uid: 'u' }, spec }],
    ['without a uid', { metadata: { name: 'web' }, spec }],
    ['without a template', { metadata: { name: 'web', uid: 'u' }, spec: {} }],
    [
      'with requirements that are none',
      { metadata: { name: 'web', uid: 'u' }, spec: { template: { spec: { requirements: 'none' } } } },
    ],
  ])('one %s is refused', (_what, object) => {
    expect(() => readPool(object)).toThrow();
  });
});

describe('of a NodeClaim', () => {
  const labels = { 'topology.k8s.aws/zone-id': 'use1-az1', 'topology.kubernetes.io/zone': 'us-east-1a' };
  const drifted = (more: object = {}) => ({
    type: 'Drifted',
    status: 'True',
    reason: 'RequirementsDrifted',
    ...more,
  });
  const withConditions = (...conditions: unknown[]) =>
    readClaim({ metadata: { name: 'a' }, status: { conditions } });

  it('its zone, its Node and when it expires are kept, and nothing else', () => {
    const claim = {
      metadata: { name: 'a', labels: { ...labels, other: 'x' }, creationTimestamp: '2026-11-20T12:00:00Z' },
      spec: { expireAfter: '24h', requirements: [] },
      status: { nodeName: 'ip-10-0-0-1', conditions: [{ type: 'Ready', status: 'True' }] },
    };
    expect(readClaim(claim)).toEqual({
      name: 'a',
      zoneId: 'use1-az1',
      zoneName: 'us-east-1a',
      node: 'ip-10-0-0-1',
      pending: undefined,
      isDrifted: false,
      deleting: false,
      expiresAtMs: Date.parse('2026-11-21T12:00:00Z'),
    });
  });

  it('the least that one can be', () => {
    const nothing = { zoneId: undefined, zoneName: undefined, node: undefined, expiresAtMs: undefined };
    const pending = { nodeClass: undefined, requirements: [] };
    expect(readClaim({ metadata: { name: 'a' } })).toEqual({
      name: 'a',
      isDrifted: false,
      deleting: false,
      pending,
      ...nothing,
    });
  });

  it('until it is launched, where it may come up', () => {
    const nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
    const zone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] };
    const arch = { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] };
    const spec = { nodeClassRef, requirements: [arch, zone] };
    const pending = { nodeClass: nodeClassRef, requirements: [zone] };
    expect(readClaim({ metadata: { name: 'a' }, spec }).pending).toEqual(pending);
    expect(readClaim({ metadata: { name: 'a', labels }, spec }).pending).toBeUndefined();
  });

  it('one on its way out is known as such', () => {
    const metadata = { name: 'a', deletionTimestamp: '2026-11-21T12:00:00Z' };
    expect(readClaim({ metadata }).deleting).toBe(true);
  });

  it.each<[string, unknown]>([
    ['empty labels', { 'topology.k8s.aws/zone-id': '', 'topology.kubernetes.io/zone': '' }],
    ['labels that are none', 'none'],
    ['a label that is no text', { 'topology.k8s.aws/zone-id': 7 }],
    ['no labels', null],
  ])('%s place it in no zone', (_what, bad) => {
    expect(readClaim({ metadata: { name: 'a', labels: bad } })).toMatchObject({
      zoneId: undefined,
      zoneName: undefined,
    });
  });

  it('it is drifted where its requirements are, and for no other reason', () => {
    expect(withConditions({ type: 'Ready', status: 'True' }, drifted()).isDrifted).toBe(true);
    expect(withConditions(drifted({ status: 'False' })).isDrifted).toBe(false);
    expect(withConditions(drifted({ reason: 'AMIDrift' })).isDrifted).toBe(false);
    expect(withConditions(drifted({ type: 'Other' })).isDrifted).toBe(false);
    expect(withConditions().isDrifted).toBe(false);
  });

  it.each<[string, unknown]>([
    ['conditions that are no list', { conditions: 'none' }],
    ['a condition without a type', { conditions: [{ status: 'True' }] }],
    ['a condition beside it that nobody can read', { conditions: [{ type: 'Ready', status: true }] }],
    ['a status that is none', 'none'],
  ])('%s may hide that it is drifted', (_what, status) => {
    const labelled = { metadata: { name: 'a', labels }, spec: {}, status };
    expect(readClaim(labelled)).toMatchObject({ isDrifted: true, zoneId: 'use1-az1', node: undefined });
  });

  it.each<[string, object, object]>([
    ['never', {}, { expireAfter: 'Never' }],
    ['that says nothing', {}, {}],
    ['of a time that nobody can read', {}, { expireAfter: '30d' }],
    ['on its way out', { deletionTimestamp: '2026-11-21T11:59:00Z' }, { expireAfter: '24h' }],
    ['without the time of its creation', { creationTimestamp: undefined }, { expireAfter: '24h' }],
    ['whose creation is no time', { creationTimestamp: 'yesterday' }, { expireAfter: '24h' }],
  ])('one %s does not expire', (_what, metadata, spec) => {
    const object = { metadata: { name: 'a', creationTimestamp: '2026-11-20T12:00:00Z', ...metadata }, spec };
    expect(readClaim(object).expiresAtMs).toBeUndefined();
  });

  it('what has no name is refused', () => {
    expect(() => readClaim({ metadata: {} })).toThrow();
    expect(() => readClaim('none')).toThrow();
  });
});

describe('of an EC2NodeClass', () => {
  const item = (status?: object, more: object = {}): KubeObject => ({
    metadata: {
      name: 'default',
      labels: { team: 'web' },
      annotations: { 'kubectl.kubernetes.io/last': 'x'.repeat(999) },
    },
    spec: { amiSelectorTerms: [{ alias: 'al2023@latest' }] },
    ...(status === undefined ? {} : { status }),
    ...more,
  });
  const subnets = [
    { id: 'subnet-1', zone: 'us-east-1a', zoneID: 'use1-az1' },
    { id: 'subnet-2', zone: 'us-east-1d', zoneID: 'use1-az2' },
  ];

  it('what rules ask of it, and its subnets; an item of a list is of its kind all the same', () => {
    const view = NODE_CLASSES.read(item({ subnets }));
    expect(view).toMatchObject({
      name: 'default',
      looked: false,
      subnets: [
        { zoneId: 'use1-az1', zoneName: 'us-east-1a' },
        { zoneId: 'use1-az2', zoneName: 'us-east-1d' },
      ],
    });
    expect(view.facts).toMatchObject({
      group: 'karpenter.k8s.aws',
      kind: 'EC2NodeClass',
      name: 'default',
      labels: { team: 'web' },
      annotations: {},
      amiAliases: ['al2023@latest'],
      hasStatus: true,
    });
    expect(view.facts.zones).toHaveLength(2);
  });

  it.each<[string, object | undefined, boolean]>([
    ['no status', undefined, false],
    ['no condition', { subnets: [] }, false],
    ['a condition that is Unknown', { conditions: [{ type: 'SubnetsReady', status: 'Unknown' }] }, false],
    ['another condition that is False', { conditions: [{ type: 'AMIsReady', status: 'False' }] }, false],
    [
      'SubnetsReady that is False',
      { subnets: null, conditions: [{ type: 'SubnetsReady', status: 'False' }] },
      true,
    ],
  ])('%s: whether Karpenter has looked for subnets and found none is %s', (_what, status, looked) => {
    expect(NODE_CLASSES.read(item(status))).toMatchObject({ subnets: [], looked });
  });

  it('a subnet may lack either name of its zone', () => {
    const odd = [{ zone: '', zoneID: 'use1-az1' }, { zone: 'us-east-1d' }, {}];
    expect(NODE_CLASSES.read(item({ subnets: odd })).subnets).toEqual([
      { zoneId: 'use1-az1', zoneName: undefined },
      { zoneId: undefined, zoneName: 'us-east-1d' },
      { zoneId: undefined, zoneName: undefined },
    ]);
  });

  it.each<[string, object]>([
    ['subnets that are no list', { subnets: 'none' }],
    ['a zone that is no text', { subnets: [{ zone: 7 }] }],
    ['conditions that are no list', { conditions: {} }],
  ])('one with %s is refused', (_what, status) => {
    expect(() => NODE_CLASSES.read(item(status))).toThrow();
  });
});
