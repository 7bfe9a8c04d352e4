import jsonpatch from 'fast-json-patch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { isNotFound } from '../../../shared/kube/errors.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { CORDONED_ANNOTATION } from '../../../shared/views/node.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { AT, runCli, type ShiftScene, startShiftScene } from './shift-scene.ts';

const ZONE = { id: 'use1-az1', name: 'us-east-1a', state: 'impaired' as const, sources: [] };
const SOURCE = { id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' };
const SET = { generation: 3, zones: [ZONE] };
const DECLARED = [inZones('us-east-1a', 'us-east-1b')];
const BUDGETS = { disruption: { budgets: [{ nodes: '10%' }], consolidateAfter: '0s' } };

let scene: ShiftScene;
beforeAll(async () => {
  scene = await startShiftScene();
});
afterAll(() => scene?.stop());

const restore = (...args: string[]) => runCli(['restore', ...args], scene.controlPlane.kubeconfigPath);
const kubectl = (...args: string[]) => scene.controlPlane.kubectl(args);

/** A NodePool as the webhook stored it during a shift, and a Node as the watcher left it. */
beforeEach(async () => {
  await kubectl('delete', 'nodepools,nodes', '--all');
  await scene.deleteRecord();
  const declared = nodePool('web', DECLARED, BUDGETS);
  const { patch } = enforceNodePool(nodePoolSchema.parse(declared), undefined, SET, DEFAULT_ENFORCEMENT);
  await scene.client.create(
    resources.nodePools,
    jsonpatch.applyPatch(structuredClone(declared), structuredClone([...patch])).newDocument,
  );
  await scene.client.create(resources.nodePools, nodePool('other', DECLARED));
  for (const name of ['cordoned', 'theirs', 'uncordoned']) {
    const annotations = name === 'theirs' ? {} : { [CORDONED_ANNOTATION]: ZONE.id };
    await scene.client.create(
      resources.nodes,
      { metadata: { name, annotations }, spec: { unschedulable: name !== 'uncordoned' } },
      { fieldManager: 'zonewarden-watcher' },
    );
  }
});

const pool = () => scene.client.get(resources.nodePools, { name: 'web' });
const node = async (name: string) => {
  const { metadata, spec } = await scene.client.get(resources.nodes, { name });
  return { mark: metadata.annotations?.[CORDONED_ANNOTATION], ...(spec as { unschedulable?: boolean }) };
};

async function expectGivenBack(): Promise<void> {
  const { metadata, spec } = await pool();
  expect(metadata.annotations?.[DECLARED_ANNOTATION]).toBeUndefined();
  expect(spec).toMatchObject({ template: { spec: { requirements: DECLARED } }, ...BUDGETS });
}

async function expectUntouched(): Promise<void> {
  expect((await pool()).metadata.annotations?.[DECLARED_ANNOTATION]).toBeDefined();
  expect((await pool()).metadata.generation).toBe(1);
  expect(await node('cordoned')).toMatchObject({ mark: ZONE.id, unschedulable: true });
}

describe('with the product gone', () => {
  it('every NodePool is what its owner declared, and our Nodes are uncordoned', async () => {
    const ended = await restore();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toBe(
      'NodePool web: topology.kubernetes.io/zone In [us-east-1a, us-east-1b]; the freeze is out\n' +
        `${['Node cordoned: uncordoned', 'Node uncordoned: left as somebody else set it, without our mark'].join('\n')}\n` +
        'given back: 1 NodePool, 2 Nodes\n',
    );
    await expectGivenBack();
    const { mark, unschedulable } = await node('cordoned');
    expect({ mark, unschedulable }).toEqual({ mark: undefined, unschedulable: undefined });
    expect(await node('theirs')).toMatchObject({ unschedulable: true });
    expect((await node('uncordoned')).mark).toBeUndefined();
  });

  it('a second run finds nothing to do', async () => {
    await restore();
    const { metadata } = await pool();
    expect(await restore()).toEqual({ code: 0, stdout: 'given back: 0 NodePools, 0 Nodes\n', stderr: '' });
    expect((await pool()).metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  it('a dry run says the same and stores nothing', async () => {
    const ended = await restore('--dry-run');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(
      /^NodePool web: .*\n(?:Node .*\n){2}would be given back: 1 NodePool, 2 Nodes\n$/,
    );
    await expectUntouched();
  });

  it('a mark that nobody can read is left, told, and keeps nothing else from being given back', async () => {
    const garbled = nodePool('garbled', DECLARED);
    garbled.metadata.annotations = { [DECLARED_ANNOTATION]: '{}' };
    await scene.client.create(resources.nodePools, garbled);
    const ended = await restore();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^warning: NodePool garbled: .*by hand.*\nerror: 1 of 4 were not given back/,
    );
    await expectGivenBack();
    const { metadata } = await scene.client.get(resources.nodePools, { name: 'garbled' });
    expect(metadata.annotations?.[DECLARED_ANNOTATION]).toBe('{}');
  });

  it('where claims stay drifted the freeze goes after a while, with a warning', async () => {
    const nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
    await scene.client.create(resources.nodeClaims, {
      metadata: { name: 'drifted' },
      spec: { nodeClassRef, requirements: [] },
    });
    const condition = {
      type: 'Drifted',
      status: 'True',
      reason: 'RequirementsDrifted',
      lastTransitionTime: '2026-11-21T04:00:00Z',
      message: '',
    };
    const status = JSON.stringify({ status: { conditions: [condition] } });
    await kubectl('patch', 'nodeclaim', 'drifted', '--subresource=status', '--type=merge', '-p', status);
    const refused = await restore('--drift-timeout', 'soon');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('Write a duration') });
    const ended = await restore('--drift-timeout', '3s');
    await kubectl('delete', 'nodeclaim', 'drifted');
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^warning: 1 NodeClaims are still drifted .* among them drifted/);
    await expectGivenBack();
    // The zone came back in one write, and the freeze went in the next.
    expect((await pool()).metadata.generation).toBe(3);
  });
});

describe('while a zone is impaired', () => {
  beforeEach(() => scene.putRecord({ zones: [{ ...ZONE, sources: [SOURCE] }] }));

  it.each([
    ['webhook', 'MutatingWebhookConfiguration zonewarden', mutatingConfiguration],
    ['policy', 'ValidatingAdmissionPolicyBinding zonewarden', policyBinding],
  ])('it refuses as long as the %s is registered', async (_name, who, manifest) => {
    await scene.controlPlane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(manifest()) });
    try {
      const ended = await restore();
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain(
        `us-east-1a (use1-az1): kept out of NodePools, and ${who} would see to it`,
      );
      expect(ended.stderr).toMatch(/docs\/uninstall\.md.*docs\/break-glass\.md/);
      await expectUntouched();
    } finally {
      await scene.controlPlane.kubectl(['delete', '-f', '-'], { input: JSON.stringify(manifest()) });
    }
  });

  it('with the glass broken and no watcher it gives back Nodes as well', async () => {
    expect(await restore()).toMatchObject({ code: 0, stderr: '' });
    await expectGivenBack();
    expect((await node('cordoned')).mark).toBeUndefined();
  });

  it('with the glass broken and a watcher that leads it leaves Nodes, and says why', async () => {
    const at = { namespace: AT.namespace, name: 'zonewarden-watcher' };
    await scene.client.create(resources.leases, {
      metadata: at,
      spec: {
        holderIdentity: 'w',
        leaseDurationSeconds: 3600,
        renewTime: new Date().toISOString().replace('Z', '000Z'),
      },
    });
    try {
      const ended = await restore();
      expect(ended.code).toBe(0);
      expect(ended.stderr).toMatch(/^warning: us-east-1a \(use1-az1\): .*a watcher runs that would cordon/);
      await expectGivenBack();
      expect(await node('cordoned')).toMatchObject({ mark: ZONE.id, unschedulable: true });
    } finally {
      await scene.client.delete(resources.leases, at).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
  });
});

function mutatingConfiguration() {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'zonewarden' },
    webhooks: [
      {
        name: 'nodepools.zonewarden.io',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        // Called for nothing that this test writes.
        clientConfig: { url: 'https://127.0.0.1:1/mutate' },
        rules: [
          { apiGroups: ['example.com'], apiVersions: ['v1'], resources: ['x'], operations: ['CREATE'] },
        ],
      },
    ],
  };
}

function policyBinding() {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'zonewarden' },
    spec: { policyName: 'zonewarden', validationActions: ['Deny'] },
  };
}
