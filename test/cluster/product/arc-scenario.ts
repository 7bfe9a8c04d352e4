import { autoshiftEvent } from '../../../demo/events.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { RULES_NAME } from '../../../shared/settings/rules-document.ts';
import type { Installation } from '../../installation/installation.ts';
import { AWS_ENV } from '../../installation/queue.ts';
import { until } from '../../installation/until.ts';
import { type ArcApi, startArcApi } from '../../standins/arc-api.ts';

/** ARC beside an installation, and what tests ask of the watcher about it. */

export const CLUSTER_ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';
/** A zone of the account in which no test's NodePool is, and which no test shifts: events about it only wake the watcher. */
const UNUSED_ZONE = 'use1-az2';

/** The stand-in of ARC, with our cluster registered. @param now ARC's clock, where it is not the machine's */
export async function startArc(now = Date.now): Promise<ArcApi> {
  const arc = await startArcApi({
    now,
    accessKeyId: AWS_ENV.AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_ENV.AWS_SECRET_ACCESS_KEY,
  });
  arc.model.register(CLUSTER_ARN);
  return arc;
}

export function askingArc(arc: Pick<ArcApi, 'endpoint'>): string[] {
  return ['--arc', 'on', '--arc-endpoint', arc.endpoint, '--cluster-arn', CLUSTER_ARN];
}

/** The time of ARC's API: whole seconds. */
export const seconds = (ms = Date.now()): number => Math.floor(ms / 1000);

let lastWake = 0;
/** An event that concerns nothing here makes the leader look at ARC soon, as every event of ARC's does. */
export async function wake({ queue }: Installation): Promise<void> {
  lastWake = Math.max(lastWake + 1000, Date.now());
  await queue.send(autoshiftEvent('Autoshift Completed', UNUSED_ZONE, new Date(lastWake)));
}

/** Wakes the watcher, and waits until it has asked ARC for everything once more and was answered. */
export async function afterALook(installation: Installation, arc: ArcApi): Promise<void> {
  const before = arc.count('ListAutoshifts');
  await wake(installation);
  await until('ARC is asked', () => arc.count('ListAutoshifts') > before);
}

export async function setRules(installation: Installation, text: string): Promise<void> {
  const told = () => installation.watcher.lines().filter(({ event }) => event === 'rules').length;
  const before = told();
  await installation.client.patch(
    resources.configMaps,
    { namespace: 'zonewarden', name: RULES_NAME },
    { kind: 'merge', body: { data: { 'config.yaml': text } } },
  );
  await until('the rules are in force', () => told() > before);
}

/** What the watcher's `/status` has, as far as tests look at it. */
export interface Status {
  readonly mode: string;
  readonly leading: boolean;
  readonly record: { readonly zones: readonly { readonly id: string; readonly state: string }[] } | null;
  readonly guard: {
    readonly usedZones: Readonly<Record<string, string>> | null;
    readonly maxImpairedZones: number | null;
    readonly heldBack: readonly string[];
  };
  readonly arc: {
    readonly notAnswering: readonly string[];
    readonly lastLook: Readonly<Record<string, { trouble?: string; answered?: unknown } | null>> | null;
  } | null;
}

export async function statusOf(opsUrl: string): Promise<Status> {
  const answer = await fetch(`${opsUrl}/status`);
  return (await answer.json()) as Status;
}

export async function untilStatus(
  opsUrl: string,
  what: string,
  isSo: (status: Status) => boolean,
): Promise<Status> {
  let last: Status | undefined;
  try {
    const found = await until(`/status: ${what}`, async () => {
      last = await statusOf(opsUrl);
      return isSo(last) ? last : undefined;
    });
    return found.value;
  } catch (error) {
    throw new Error(`still ${JSON.stringify(last)}`, { cause: error });
  }
}

/** Reasons of the Kubernetes Events about the record, each with its message. */
export async function zoneEvents({ client }: Installation): Promise<string[]> {
  const { items } = await client.listAll(resources.events, { namespace: 'zonewarden' });
  return items.map((event: KubeObject) => `${String(event.reason)}: ${String(event.message)}`);
}

export async function untilZoneEvent(
  installation: Installation,
  reason: string,
  zoneId: string,
): Promise<string> {
  const found = await until(`an Event ${reason} for ${zoneId}`, async () =>
    (await zoneEvents(installation)).find((text) => text.startsWith(`${reason}: `) && text.includes(zoneId)),
  );
  return found.value;
}
