import { readFileSync } from 'node:fs';
import jsonpatch from 'fast-json-patch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { enforceNodeClaim } from '../../../shared/enforcement/nodeclaim.ts';
import { nodeClaimSchema } from '../../../shared/views/node-pool.ts';
import { type ApiAnswer, apiRequest } from '../../control-plane/api-request.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { type KarpenterRelease, karpenterCrdFilesOf } from '../../control-plane/crd-files.ts';
import { installCrds } from '../../control-plane/crds.ts';
import { setOf } from '../../unit/enforcement/stored.ts';
import { KARPENTER_RELEASES } from '../../versions/karpenter-releases.ts';
import { declaredNodePools, everythingStored } from './declared-node-pools.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
});
afterAll(() => controlPlane?.stop());

/** Has the API server check it against the CRD and store nothing; a field that the CRD lacks is an error. */
async function tried(plural: string, object: object): Promise<ApiAnswer> {
  return apiRequest(
    {
      endpoint: controlPlane.endpoint,
      ca: readFileSync(controlPlane.caFile, 'utf8'),
      token: controlPlane.adminToken,
    },
    {
      method: 'POST',
      path: `/apis/karpenter.sh/v1/${plural}?dryRun=All&fieldValidation=Strict`,
      body: JSON.stringify(object),
    },
  );
}

const specSchema = z.object({ spec: z.record(z.string(), z.unknown()) });
const specOf = (text: string) => specSchema.parse(JSON.parse(text)).spec;

const pools = declaredNodePools();
/** A NodePool with one requirement. */
const poolWith = (requirement: object) => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'pool' },
  spec: {
    template: {
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
        requirements: [requirement],
      },
    },
  },
});
const zoneIn = (requirement: object) =>
  poolWith({ key: 'topology.kubernetes.io/zone', operator: 'In', ...requirement });
const minorOf = (release: KarpenterRelease) => Number(/^v1\.(\d+)\./.exec(release.version)?.[1]);

describe.each(KARPENTER_RELEASES)('Karpenter $version ($flavour)', (release) => {
  let names: string[] = [];
  beforeAll(async () => {
    names = await installCrds(controlPlane, await karpenterCrdFilesOf(release));
  });
  // Gone before the next release comes: a CRD that is changed in place is served with its old schema for a moment.
  afterAll(async () => {
    await controlPlane.kubectl(['delete', 'crd', ...names, '--wait']);
  });

  it.each(pools)('takes what we store for the NodePool of "$name"', async (pool) => {
    expect(await tried('nodepools', pool.object)).toMatchObject({ status: 201 });
    await Promise.all(
      everythingStored(pool).map(async ({ how, object }) => {
        const answer = await tried('nodepools', object);
        expect({ how, ...answer }).toMatchObject({ status: 201 });
        // Nothing of it was dropped as unknown.
        expect(specOf(answer.text)).toMatchObject(specOf(JSON.stringify(object)));
      }),
    );
  });

  it('takes a NodeClaim that we narrowed', async () => {
    const claim = {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodeClaim',
      metadata: { name: 'claim' },
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
        requirements: [
          {
            key: 'topology.kubernetes.io/zone',
            operator: 'In',
            values: ['us-east-1a', 'us-east-1b'],
            minValues: 2,
          },
        ],
      },
    };
    const { patch } = enforceNodeClaim(nodeClaimSchema.parse(claim), setOf(7, ['use1-az1', 'us-east-1a']));
    const narrowed = jsonpatch.applyPatch(
      structuredClone(claim),
      structuredClone([...patch]),
      true,
    ).newDocument;
    const answer = await tried('nodeclaims', narrowed);
    expect(answer).toMatchObject({ status: 201 });
    expect(specOf(answer.text).requirements).toEqual([
      { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1b'], minValues: 1 },
    ]);
  });

  it('refuses an empty list and more values asked for than are there: the rules that we keep to are its own', async () => {
    expect(await tried('nodepools', zoneIn({ values: [] }))).toMatchObject({ status: 422 });
    expect(await tried('nodepools', zoneIn({ values: ['a'], minValues: 2 }))).toMatchObject({ status: 422 });
    expect(await tried('nodepools', zoneIn({ values: ['a'], minValues: 1 }))).toMatchObject({ status: 201 });
  });

  it('knows Gte and Lte, which we only read, since 1.9', async () => {
    for (const operator of ['Gte', 'Lte']) {
      const answer = await tried(
        'nodepools',
        poolWith({ key: 'example.test/size', operator, values: ['3'] }),
      );
      expect(answer).toMatchObject({ status: minorOf(release) < 9 ? 422 : 201 });
    }
  });
});
