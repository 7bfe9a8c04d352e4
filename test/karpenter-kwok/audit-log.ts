import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';

/**
 * The API server's own audit log: every NodeClaim and every Node that was ever created, with the time at which the
 * API server received the request and the time at which it was done. Lists show what is left; this shows what was.
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
