import type { KubeObject } from './object.ts';

/** What an Event says, and who says it. */
export interface EventContent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `apiVersion`, `kind`, `name` and, where it has them, namespace and UID of the object that it is about. */
  readonly involvedObject: object;
  readonly component: string;
}

/** An Event to create in a namespace, told once, at that moment. Its name begins with `prefix` and a dot. */
export function eventObject(
  { namespace, prefix }: { readonly namespace: string; readonly prefix: string },
  { component, ...said }: EventContent,
  at: Date,
): KubeObject {
  const time = at.toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${prefix}.`, namespace },
    ...said,
    source: { component },
    reportingComponent: component,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
