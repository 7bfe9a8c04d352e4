import { z } from 'zod';
import type { AdmissionRequest } from './review.ts';

/** What `kubectl describe nodepool` and `kubectl get events` show. */
export interface NodePoolEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'PolicyViolation' | 'ZonePruned' | 'ZoneRestored' | 'ZoneNotRemembered';
  readonly message: string;
  readonly about: EventSubject;
}

/** The object of an Event. */
export interface EventSubject {
  readonly kind: 'NodePool' | 'NodeClaim';
  readonly name: string;
  /** Absent for an object that was refused when it was to be made: there is none. */
  readonly uid?: string | undefined;
}

/** What an Event is about. `uid` ties it to that very object, and not to one that had its name before. */
export function eventSubject(
  kind: EventSubject['kind'],
  name: string,
  { operation, object }: AdmissionRequest,
  isRefused: boolean,
): EventSubject {
  const neverWas = isRefused && operation === 'CREATE';
  const parsed = metadataSchema.safeParse(object);
  const uid = neverWas || !parsed.success ? undefined : parsed.data.metadata.uid;
  return { kind, name, ...(uid === undefined ? {} : { uid }) };
}

const metadataSchema = z.object({ metadata: z.object({ uid: z.string().optional() }) });
