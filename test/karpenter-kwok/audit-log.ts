import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { KARPENTER_USER } from './karpenter-user.ts';

/**
 * The API server's own audit log, with the time at which the API server received each request and the time at which
 * it was done: every NodeClaim and every Node that was ever created or deleted, what Karpenter wrote into Nodes, and
 * where each pod was placed. Lists show what is left; this shows what was.
 */
export interface AuditLog {
  /** Flags for kube-apiserver. */
  readonly apiServerArgs: readonly string[];
  /** Everything logged so far. */
  read(): AuditEvent[];
}

const policy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'RequestResponse',
      verbs: ['create'],
      resources: [
        { group: '', resources: ['nodes'] },
        { group: 'karpenter.sh', resources: ['nodeclaims'] },
      ],
    },
    {
      level: 'RequestResponse',
      verbs: ['create', 'update', 'patch'],
      namespaces: ['zonewarden'],
      resources: [{ group: '', resources: ['configmaps'] }],
    },
    {
      level: 'Metadata',
      verbs: ['delete', 'deletecollection'],
      resources: [
        { group: '', resources: ['nodes'] },
        { group: 'karpenter.sh', resources: ['nodeclaims'] },
      ],
    },
    {
      level: 'Request',
      users: [KARPENTER_USER],
      verbs: ['update', 'patch'],
      resources: [{ group: '', resources: ['nodes'] }],
    },
    { level: 'Request', verbs: ['create'], resources: [{ group: '', resources: ['pods/binding'] }] },
    { level: 'None' },
  ],
};

const eventSchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z.object({ resource: z.string(), name: z.string().optional() }),
  responseStatus: z.object({ code: z.number(), message: z.string().optional() }),
  requestReceivedTimestamp: z.string(),
  stageTimestamp: z.string(),
  /** Of a write of a Node by Karpenter, and of a pod's binding: what was sent. */
  requestObject: z
    .object({
      spec: z.object({ taints: z.array(z.object({ key: z.string() })).nullish() }).nullish(),
      target: z.object({ name: z.string() }).optional(),
    })
    .optional(),
  /** The object as stored; for a request that was refused, the Status that says why. */
  responseObject: z
    .object({
      kind: z.string(),
      metadata: z.object({
        name: z.string().optional(),
        labels: z.record(z.string(), z.string()).optional(),
      }),
      data: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});
export type AuditEvent = z.infer<typeof eventSchema>;

/** Writes the policy into `dir`, where the log will be too. */
export function auditLogIn(dir: string): AuditLog {
  const policyFile = join(dir, 'audit-policy.yaml');
  const file = join(dir, 'audit.log');
  writeFileSync(policyFile, stringify(policy));
  return {
    apiServerArgs: [`--audit-policy-file=${policyFile}`, `--audit-log-path=${file}`],
    read() {
      const text = readFileSync(file, 'utf8');
      // The last line may be half written.
      const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
      return lines.filter((line) => line !== '').map((line) => eventSchema.parse(JSON.parse(line)));
    },
  };
}

/** `2026-11-21T08:00:00.123456Z` in ms since 1970, microseconds kept: Date cuts them off. */
export function timeOf(timestamp: string): number {
  const fraction = /\.(\d+)Z$/.exec(timestamp)?.[1] ?? '0';
  return Date.parse(timestamp.replace(/\.\d+Z$/, 'Z')) + Number(`0.${fraction}`) * 1000;
}
