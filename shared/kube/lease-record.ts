import { z } from 'zod';
import { KubeError } from './errors.ts';
import type { KubeObject } from './object.ts';

/** What a Lease says, as far as an election cares. Its time stamps are another machine's clock and are not read. */
export interface LeaseRecord {
  /** undefined when nobody holds it (released, or never held). */
  readonly holder: string | undefined;
  readonly durationMs: number;
  readonly transitions: number;
  /** Changes whenever anybody writes the record: a renewal is seen by this, not by its time stamp. */
  readonly fingerprint: string;
}

const specSchema = z.looseObject({
  holderIdentity: z.string().nullish(),
  leaseDurationSeconds: z.number().nullish(),
  leaseTransitions: z.number().nullish(),
});

/** Reads a Lease. @throws KubeError `kube.undecodable`. */
export function readLease(lease: KubeObject): LeaseRecord {
  const parsed = specSchema.safeParse(lease.spec ?? {});
  if (!parsed.success) {
    const { namespace, name } = lease.metadata;
    throw new KubeError('kube.undecodable', `Lease ${namespace}/${name}: its spec is not that of a Lease`, {
      cause: parsed.error,
    });
  }
  const { holderIdentity, leaseDurationSeconds, leaseTransitions } = parsed.data;
  return {
    holder: holderIdentity ? holderIdentity : undefined,
    durationMs: (leaseDurationSeconds ?? 0) * 1000,
    transitions: leaseTransitions ?? 0,
    fingerprint: JSON.stringify(parsed.data),
  };
}

/** The Lease that does not exist yet, taken by `identity`. */
export function newLease(
  namespace: string,
  name: string,
  identity: string,
  durationSeconds: number,
): KubeObject {
  const now = microTime();
  return {
    metadata: { namespace, name },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: durationSeconds,
      acquireTime: now,
      renewTime: now,
      leaseTransitions: 0,
    },
  };
}

/** The same Lease, taken or renewed by `identity`. Everything that is not ours (metadata, strategy) stays. */
export function heldLease(lease: KubeObject, identity: string, durationSeconds: number): KubeObject {
  const { holder, transitions } = readLease(lease);
  const now = microTime();
  const takeover = holder === identity ? {} : { acquireTime: now, leaseTransitions: transitions + 1 };
  return withSpec(lease, {
    holderIdentity: identity,
    leaseDurationSeconds: durationSeconds,
    renewTime: now,
    ...takeover,
  });
}

/** The same Lease, free for anybody at once: no holder, and one second of validity, as client-go releases. */
export function releasedLease(lease: KubeObject): KubeObject {
  return withSpec(lease, { holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime() });
}

function withSpec(lease: KubeObject, fields: Record<string, unknown>): KubeObject {
  const spec = lease.spec;
  return { ...lease, spec: { ...(typeof spec === 'object' ? spec : {}), ...fields } };
}

/** MicroTime, whose parser wants exactly six digits (k8s.io/apimachinery, RFC3339Micro). Informative only. */
const microTime = (): string => new Date().toISOString().replace('Z', '000Z');
