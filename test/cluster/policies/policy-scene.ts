import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import type { KubectlResult } from '../../control-plane/kubectl.ts';
import type { Installation } from '../../installation/installation.ts';
import { nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';

/** What the cluster tests of policies do, and what they look at. */

const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Metadata', resources: [{ group: 'karpenter.sh', resources: ['nodepools'] }] },
    { level: 'None' },
  ],
};
const auditEvent = z.looseObject({
  annotations: z.record(z.string(), z.string()).default({}),
  objectRef: z.looseObject({ name: z.string().optional() }).optional(),
});

/** A control plane whose API server writes an audit log. */
export async function startAudited(): Promise<{
  readonly controlPlane: ControlPlane;
  /** Annotations of each request about a NodePool. */
  annotations(name: string): Record<string, string>[];
  stop(): Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-audit-'));
  const [policy, log] = [join(folder, 'policy.json'), join(folder, 'audit.log')];
  writeFileSync(policy, JSON.stringify(AUDIT_POLICY));
  const controlPlane = await startControlPlane({
    extraApiServerArgs: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
  });
  return {
    controlPlane,
    annotations: (name) =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => auditEvent.parse(JSON.parse(line)))
        .filter(({ objectRef }) => objectRef?.name === name)
        .map((event) => event.annotations),
    async stop() {
      await controlPlane.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes the policy as its people do, and waits until the webhook judges by it. */
export async function setPolicy(installation: Installation, policy: string): Promise<void> {
  const reads = async () =>
    (await scrape(installation.webhookOpsUrl)).sum('zonewarden_policy_reads_total', {});
  const before = await reads();
  const patch = JSON.stringify({ data: { 'policy.yaml': policy } });
  await installation.controlPlane.kubectl([
    ...['-n', 'zonewarden', 'patch', 'configmap', 'zonewarden-policy', '--type=merge', '-p', patch],
  ]);
  await until('the policy is read', async () => (await reads()) > before);
}

const spot = { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] };
const types = { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m5.large'] };

/** A NodePool of Spot with one instance type. */
export function oneType(name: string, annotations: Readonly<Record<string, string>> = {}): KubeObject {
  const pool = nodePool(name, [spot, types]);
  return { ...pool, metadata: { name, annotations } };
}

/** What kubectl says when it applies an object, whether it is taken or not. */
export function apply({ controlPlane }: Installation, object: KubeObject): Promise<KubectlResult> {
  return controlPlane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object), allowFailure: true });
}

/** Events about a NodePool, as `reason: message`. */
export async function eventsOf({ client }: Installation, name: string): Promise<string[]> {
  const { items } = await client.listAll(resources.events, { namespace: 'default' });
  return items
    .filter(({ involvedObject }) => isAbout(involvedObject, name))
    .map(({ reason, message }) => `${reason}: ${message}`);
}

function isAbout(involved: unknown, name: string): boolean {
  return typeof involved === 'object' && involved !== null && 'name' in involved && involved.name === name;
}
