import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import {
  all,
  annotations,
  DRY,
  merge,
  type OwnWritesScene,
  outcomes,
  type Row,
  startOwnWrites,
} from './own-writes-scene.ts';

/** What the product's own account may change in NodePools and Nodes, and what it may make of the policy fallback. */

let scene: OwnWritesScene;

const DECLARED = 'zonewarden.io/declared';
const CORDONED = 'zonewarden.io/cordoned';
const HOLD = {
  'zonewarden.io/held': '{}',
  'karpenter.sh/do-not-disrupt': 'true',
  'karpenter.sh/do-not-repair': 'true',
};
const OTHERS = { 'example.com/team': 'a', 'example.com/note': 'b' };

beforeAll(async () => {
  scene = await startOwnWrites();
  const { admin } = scene;
  const budgets = { disruption: { consolidateAfter: '30s', budgets: [{ nodes: '10%' }] } };
  const pool = nodePool('web', [inZones('us-east-1a')], budgets);
  await admin.create(resources.nodePools, {
    ...pool,
    metadata: { name: 'web', labels: { team: 'a' }, annotations: OTHERS },
  });
  await admin.create(resources.nodePools, nodePool('bare', [inZones('us-east-1a')]));
  await admin.create(resources.nodes, { metadata: { name: 'plain' } });
  await admin.create(resources.nodes, {
    metadata: { name: 'node', labels: { team: 'a' }, annotations: { ...OTHERS, [CORDONED]: 'use1-az1' } },
    spec: { providerID: 'aws:///us-east-1a/i-1', unschedulable: true },
  });
});
afterAll(() => scene?.stop());

const template = (spec: object) => merge({ spec: { template: { spec } } });
const OPEN = [inZones('us-east-1b')];

describe('NodePools', () => {
  const ours: readonly Row[] = [
    ['the empty patch', merge({}), 'web'],
    ['the empty patch, of one that says nothing of budgets', merge({}), 'bare'],
    ['requirements', template({ requirements: OPEN }), 'web'],
    ['budgets', merge({ spec: { disruption: { budgets: [{ nodes: '0' }] } } }), 'web'],
    ['budgets of one that has none', merge({ spec: { disruption: { budgets: [{ nodes: '0' }] } } }), 'bare'],
    ['the mark', annotations({ [DECLARED]: '{}' }), 'web'],
    ['the mark, the first annotation of all', annotations({ [DECLARED]: '{}' }), 'bare'],
    [
      'all of these',
      merge({
        metadata: { annotations: { [DECLARED]: '{}' } },
        spec: { template: { spec: { requirements: OPEN } }, disruption: { budgets: [{ nodes: '0' }] } },
      }),
      'web',
    ],
  ];
  const notOurs: readonly Row[] = [
    ['a limit', merge({ spec: { limits: { cpu: '1' } } }), 'web'],
    ['the weight', merge({ spec: { weight: 7 } }), 'web'],
    ['consolidation', merge({ spec: { disruption: { consolidateAfter: '1s' } } }), 'web'],
    ['the NodeClass', template({ nodeClassRef: { name: 'other' } }), 'web'],
    ['taints', template({ taints: [{ key: 'a', effect: 'NoSchedule' }] }), 'web'],
    ['expireAfter', template({ expireAfter: '1h' }), 'web'],
    ['labels of its nodes', merge({ spec: { template: { metadata: { labels: { a: 'b' } } } } }), 'web'],
    ['a label', merge({ metadata: { labels: { a: 'b' } } }), 'web'],
    ['a label that is taken away', merge({ metadata: { labels: { team: null } } }), 'web'],
    ['the first label', merge({ metadata: { labels: { a: 'b' } } }), 'bare'],
    ['a finalizer', merge({ metadata: { finalizers: ['example.com/hold'] } }), 'web'],
    [
      'an owner',
      merge({ metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'x', uid: 'y' }] } }),
      'web',
    ],
    ['the exemption', annotations({ 'zonewarden.io/zone-enforcement': 'off' }), 'web'],
    ['an annotation', annotations({ 'example.com/note': 'c' }), 'web'],
    ['an annotation that is taken away', annotations({ 'example.com/note': null }), 'web'],
    ['one for another', annotations({ 'example.com/note': null, 'example.com/other': 'b' }), 'web'],
    ['one for an empty one', annotations({ 'example.com/note': null, 'example.com/other': '' }), 'web'],
    ['the mark for another', annotations({ 'example.com/note': null, [DECLARED]: '{}' }), 'web'],
    ['all of them', merge({ metadata: { annotations: null } }), 'web'],
    ['the first one', annotations({ 'example.com/note': 'b' }), 'bare'],
    ['the mark of Nodes', annotations({ [CORDONED]: 'use1-az1' }), 'web'],
    ['what holds Nodes', annotations(HOLD), 'web'],
    [
      'what is ours, and something beside it',
      merge({ spec: { weight: 7, template: { spec: { requirements: OPEN } } } }),
      'web',
    ],
  ];

  it('what the webhook changes on a nudge is let through', async () => {
    expect(await outcomes(scene.product, resources.nodePools, ours)).toEqual(all(ours, 'passes'));
  });

  it('nothing else is', async () => {
    expect(await outcomes(scene.product, resources.nodePools, notOurs)).toEqual(all(notOurs, 'refused'));
  });

  it('the refusal names what differs', async () => {
    const patch = merge({ metadata: { labels: { team: 'b' } }, spec: { weight: 7 } });
    const write = scene.product.patch(resources.nodePools, { name: 'web' }, patch, DRY);
    await expect(write).rejects.toThrow(
      "Zonewarden's own account may change nothing here but what it is for, and not labels, weight; docs/install.md lists that.",
    );
  });

  it('anybody else may change what they may, in the same namespace too', async () => {
    expect(await outcomes(scene.admin, resources.nodePools, notOurs)).toEqual(all(notOurs, 'passes'));
    expect(await outcomes(scene.neighbour, resources.nodePools, notOurs)).toEqual(all(notOurs, 'passes'));
  });
});

describe('Nodes', () => {
  const ours: readonly Row[] = [
    [
      'cordon',
      merge({ metadata: { annotations: { [CORDONED]: 'use1-az1' } }, spec: { unschedulable: true } }),
      'plain',
    ],
    [
      'uncordon',
      merge({ metadata: { annotations: { [CORDONED]: null } }, spec: { unschedulable: null } }),
      'node',
    ],
    ['only the mark', annotations({ [CORDONED]: null }), 'node'],
    ['what holds it', annotations(HOLD), 'node'],
    ['what holds it, the first annotations of all', annotations(HOLD), 'plain'],
    ['all of these', merge({ metadata: { annotations: { ...HOLD, [CORDONED]: null } } }), 'node'],
  ];
  const notOurs: readonly Row[] = [
    ['a taint', merge({ spec: { taints: [{ key: 'a', effect: 'NoExecute' }] } }), 'node'],
    ['the provider', merge({ spec: { providerID: 'aws:///us-east-1a/i-2' } }), 'plain'],
    ['a label', merge({ metadata: { labels: { 'topology.k8s.aws/zone-id': 'use1-az9' } } }), 'node'],
    ['an annotation', annotations({ 'example.com/note': 'c' }), 'node'],
    ['what holds it, for another annotation', annotations({ ...HOLD, 'example.com/note': null }), 'node'],
    ["one of Karpenter's", annotations({ 'karpenter.sh/nodepool-hash': '1' }), 'node'],
    ['a finalizer', merge({ metadata: { finalizers: ['example.com/hold'] } }), 'node'],
    ['the mark of NodePools', annotations({ [DECLARED]: '{}' }), 'node'],
    [
      'cordon, and a taint',
      merge({ spec: { unschedulable: true, taints: [{ key: 'a', effect: 'NoExecute' }] } }),
      'plain',
    ],
  ];

  it('cordon and uncordon are let through', async () => {
    expect(await outcomes(scene.product, resources.nodes, ours)).toEqual(all(ours, 'passes'));
  });

  it('nothing else is', async () => {
    expect(await outcomes(scene.product, resources.nodes, notOurs)).toEqual(all(notOurs, 'refused'));
    expect(await outcomes(scene.neighbour, resources.nodes, notOurs)).toEqual(all(notOurs, 'passes'));
  });
});

describe('Secrets', () => {
  const secret = (type: string) => ({
    metadata: {
      name: `made-${type.length}`,
      namespace: 'zonewarden',
      annotations: { 'kubernetes.io/service-account.name': 'zonewarden' },
    },
    type,
  });
  const TOKEN = 'kubernetes.io/service-account-token';

  it('that hold a token of an account are not made, and others are', async () => {
    await scene.product.create(resources.secrets, secret('Opaque'), DRY);
    await expect(scene.product.create(resources.secrets, secret(TOKEN), DRY)).rejects.toThrow(
      'may make no Secret that holds a token',
    );
    await scene.admin.create(resources.secrets, secret(TOKEN), DRY);
  });
});

describe('large objects', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [index.toString(36), '']));

  it.each([500, 10_000])('are judged within the cost that is granted: with %i annotations', async (count) => {
    const pool = nodePool('large', [inZones('us-east-1a')]);
    await scene.admin.create(resources.nodePools, {
      ...pool,
      metadata: { name: 'large', annotations: many(count) },
    });
    const ours: readonly Row[] = [
      ['the mark', annotations({ [DECLARED]: '{}' }), 'large'],
      ['the empty patch', merge({}), 'large'],
    ];
    const notOurs: readonly Row[] = [
      ['two more', annotations({ 'x-a': '', 'x-b': '' }), 'large'],
      ['one for the exemption', annotations({ a: null, 'zonewarden.io/zone-enforcement': 'off' }), 'large'],
      ['one less', annotations({ a: null }), 'large'],
      ...(count <= 500 ? [['another value', annotations({ a: 'x' }), 'large'] as const] : []),
    ];
    expect(await outcomes(scene.product, resources.nodePools, ours)).toEqual(all(ours, 'passes'));
    expect(await outcomes(scene.product, resources.nodePools, notOurs)).toEqual(all(notOurs, 'refused'));
    await scene.admin.delete(resources.nodePools, { name: 'large' });
  });

  it('nobody makes one large to change what is not theirs', async () => {
    const rows: readonly Row[] = [
      ['3,000 more', annotations({ ...many(3000), 'zonewarden.io/zone-enforcement': 'off' }), 'web'],
      ['3,000, the first ones', annotations(many(3000)), 'bare'],
    ];
    expect(await outcomes(scene.product, resources.nodePools, rows)).toEqual(all(rows, 'refused'));
  });

  it('are judged within that cost: as many labels, zones, taints and budgets as are written', async () => {
    const names = Array.from({ length: 4000 }, (_, index) => `zone-${index}`);
    const labels = Object.fromEntries(names.map((name) => [name, name]));
    const pool = nodePool('wide', [inZones(...names)], {
      disruption: { consolidateAfter: '30s', budgets: Array.from({ length: 50 }, () => ({ nodes: '1' })) },
    });
    await scene.admin.create(resources.nodePools, { ...pool, metadata: { name: 'wide', labels } });
    await scene.admin.create(resources.nodes, {
      metadata: { name: 'wide', labels },
      spec: { taints: names.map((key) => ({ key, effect: 'NoSchedule' })) },
    });
    const pools: readonly Row[] = [['the mark', annotations({ [DECLARED]: '{}' }), 'wide']];
    const nodes: readonly Row[] = [['cordon', merge({ spec: { unschedulable: true } }), 'wide']];
    expect(await outcomes(scene.product, resources.nodePools, pools)).toEqual(all(pools, 'passes'));
    expect(await outcomes(scene.product, resources.nodes, nodes)).toEqual(all(nodes, 'passes'));
  });
});

describe('the policy fallback, which the account may write', () => {
  const name = 'zonewarden';
  const everything = { apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations: ['*'] };

  afterAll(async () => {
    await scene.admin.delete(resources.validatingAdmissionPolicies, { name });
  });

  it('refuses nothing but NodePools and NodeClaims, whatever is made of it', async () => {
    await scene.product.patch(
      resources.validatingAdmissionPolicies,
      { name },
      merge({
        spec: {
          failurePolicy: 'Fail',
          matchConstraints: { resourceRules: [everything] },
          matchConditions: null,
          validations: [{ expression: 'false', message: 'nothing goes' }],
        },
      }),
    );
    await until('it is in force', async () => {
      const write = scene.admin.create(resources.nodePools, nodePool('late', [inZones('us-east-1a')]), DRY);
      return write.then(
        () => false,
        (error: unknown) => String(error).includes('nothing goes'),
      );
    });
    await scene.admin.create(resources.configMaps, { metadata: { name: 'x', namespace: 'default' } }, DRY);
    await scene.admin.patch(
      resources.nodes,
      { name: 'node' },
      merge({ metadata: { labels: { a: 'b' } } }),
      DRY,
    );
    await scene.admin.delete(resources.nodePools, { name: 'bare' }, DRY);
  });
});
