import { createKubeClient, type KubeClient, type KubePatch } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { type ResourceType, resources } from '../../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { applyManifests, isWebhookConfiguration, renderManifests } from '../../installation/manifests.ts';
import { until } from '../../installation/until.ts';

/** The installation without webhook configurations, and the accounts that write: nobody is in the way but the policy. */
export interface OwnWritesScene {
  readonly controlPlane: ControlPlane;
  readonly admin: KubeClient;
  /** The product's own account, with its rights. */
  readonly product: KubeClient;
  /** Another account of the same namespace, with the same rights. */
  readonly neighbour: KubeClient;
  stop(): Promise<void>;
}

/** One write: in words, the patch, and the name of the object. */
export type Row = readonly [what: string, patch: KubePatch, name: string];

const NEIGHBOUR = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'neighbour', namespace: 'zonewarden' },
};
const MAY_DO_THE_SAME = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'neighbour' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'zonewarden' },
  subjects: [{ kind: 'ServiceAccount', name: 'neighbour', namespace: 'zonewarden' }],
};
const POLICY = "ValidatingAdmissionPolicy 'zonewarden-own-writes'";

/** Admission is asked about a dry run all the same. */
export const DRY = { dryRun: true };

export const merge = (body: object): KubePatch => ({ kind: 'merge', body });
export const annotations = (values: Readonly<Record<string, string | null>>): KubePatch =>
  merge({ metadata: { annotations: values } });

export async function startOwnWrites(): Promise<OwnWritesScene> {
  const controlPlane = await startControlPlane();
  await installKarpenterCrds(controlPlane);
  const manifests = (await renderManifests(controlPlane)).filter((each) => !isWebhookConfiguration(each));
  await applyManifests(controlPlane, [...manifests, NEIGHBOUR, MAY_DO_THE_SAME]);
  const as = async (account: string) =>
    connect(await controlPlane.serviceAccountKubeconfig('zonewarden', account));
  const admin = connect(controlPlane.kubeconfigPath);
  const product = await as('zonewarden');
  const neighbour = await as('neighbour');
  await admin.create(resources.nodes, { metadata: { name: 'probe' } });
  // A policy is in force a moment after it was written.
  await until('the policy is in force', async () => {
    const write = product.patch(resources.nodes, { name: 'probe' }, annotations({ x: 'y' }), DRY);
    return (await refusalOf(write)) !== undefined;
  });
  return {
    controlPlane,
    ...{ admin, product, neighbour },
    async stop() {
      for (const client of [admin, product, neighbour]) client.close();
      await controlPlane.stop();
    },
  };
}

function connect(kubeconfig: string): KubeClient {
  return createKubeClient({ kubeConfig: loadKubeConfig(kubeconfig), userAgent: 'zonewarden-test' });
}

/**
 * What the policy says to a write; `undefined` where it is let through.
 * @throws whatever else the write failed with
 */
async function refusalOf(write: Promise<KubeObject>): Promise<string | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (!(error instanceof KubeError) || !error.message.includes(POLICY)) throw error;
    return error.message;
  }
}

/** `passes` or `refused` for each write, by its words. */
export async function outcomes(
  client: KubeClient,
  type: ResourceType,
  rows: readonly Row[],
): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [what, patch, name] of rows) {
    const refused = await refusalOf(client.patch(type, { name }, patch, DRY));
    found.push([what, refused === undefined ? 'passes' : 'refused']);
  }
  return Object.fromEntries(found);
}

/** The same outcome for all of them. */
export function all(rows: readonly Row[], outcome: 'passes' | 'refused'): Record<string, string> {
  return Object.fromEntries(rows.map(([what]) => [what, outcome]));
}
