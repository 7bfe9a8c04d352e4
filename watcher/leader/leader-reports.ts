import type { KubeClient } from '../../shared/kube/client.ts';
import { isTrouble } from '../../shared/kube/list-watch.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { ImpairedRecord } from '../../shared/record/impaired-record.ts';
import { showSources } from '../../shared/record/impaired-set.ts';
import type { CordonAction } from '../../shared/standstill/plan-cordon.ts';
import type { NodeWrite } from '../../shared/stores/write-node.ts';
import type { WatcherMetrics } from '../metrics.ts';
import { fallbackReports } from '../policy-fallback/fallback-reports.ts';
import type { LeaderOptions } from './leader-work.ts';
import { TimeToProtect } from './time-to-protect.ts';
import { writeZoneEvent, zoneEvents } from './zone-events.ts';

type Callbacks = Pick<
  LeaderOptions,
  | 'onNudge'
  | 'onSettled'
  | 'onRecovered'
  | 'onCordonAction'
  | 'onCordoned'
  | 'fallback'
  | 'onShadow'
  | 'onExpiring'
  | 'onExpiringCounts'
  | 'onProblem'
>;

interface Sinks {
  readonly client: Pick<KubeClient, 'create'>;
  readonly namespace: string;
  readonly metrics: WatcherMetrics;
  readonly log: Logger;
  problem(part: string, error: unknown): void;
  record(): ImpairedRecord | undefined;
  readonly signal: AbortSignal;
}

/** What the leader does, as metrics, log lines and Events. */
export function leaderReports(sinks: Sinks): {
  readonly callbacks: Callbacks;
  /** The record was read; only who leads tells of what changed in it. */
  sawRecord(record: ImpairedRecord, leading: boolean): void;
  /** Takes back what only a leader can know. */
  forget(): void;
} {
  const { metrics, log, problem } = sinks;
  const timing = new TimeToProtect();
  const fallback = fallbackReports(sinks);
  let lastRecord: ImpairedRecord | undefined;
  const callbacks: Callbacks = {
    fallback: fallback.callbacks,
    onNudge(name, result, error) {
      metrics.nudges.inc({ result });
      if (result === 'changed') timing.sawNudge();
      if (result === 'failed') problem('nudge', error);
      // In vain, while no webhook answers, is every few seconds: the counter tells it.
      else
        log[result === 'unsettled' ? 'debug' : 'info'](
          { event: 'nudge', nodePool: name, result },
          'a NodePool was nudged',
        );
    },
    onSettled({ generation, unsettled, ahead }) {
      metrics.unsettled.set(unsettled + ahead);
      log.debug({ generation, unsettled, ahead }, 'looked at all NodePools');
      const reached = timing.seeRound({ generation, unsettled, ahead }, sinks.record(), Date.now());
      if (reached === undefined) return;
      metrics.timeToProtect.observe(reached.durationMs / 1000);
      log.info({ event: 'protected', ...reached }, 'every NodePool is what the record asks for');
    },
    onRecovered(zoneId, why) {
      log.info({ event: 'recovered', zoneId, why }, 'a zone is back; the freeze goes');
    },
    onCordonAction(action, result, error) {
      metrics.cordonActions.inc({ action: action.kind, result });
      if (result === 'failed') problem('cordon', error);
      else log.info(lineOf(action, result), result === 'done' ? DONE[action.kind] : NOT_DONE);
    },
    onCordoned(counts) {
      metrics.cordoned.reset();
      for (const [zoneId, count] of counts) metrics.cordoned.set({ zone_id: zoneId }, count);
    },
    onShadow(shadow) {
      log.info(
        { event: 'shadow', ...shadow },
        'a zone is recorded and nothing follows; this is what would be changed if it were impaired',
      );
    },
    onExpiring(expiring, { id, name }) {
      log.warn(
        {
          event: 'expiring',
          nodeClaim: expiring.claim,
          node: expiring.node,
          zoneId: id,
          zone: name,
          at: expiring.expiresAt,
        },
        'a node of an impaired zone expires during the shift; the freeze does not stop that',
      );
    },
    onExpiringCounts(counts) {
      metrics.expiring.reset();
      for (const [zoneId, count] of counts) metrics.expiring.set({ zone_id: zoneId }, count);
    },
    onProblem(where, trouble) {
      if ('kind' in trouble && !isTrouble(trouble.kind)) return;
      problem('kind' in trouble ? `${where}-${trouble.kind}` : where, trouble.error);
    },
  };
  return {
    callbacks,
    sawRecord(record, leading) {
      const events = leading ? zoneEvents(lastRecord, record) : [];
      lastRecord = record;
      for (const event of events) {
        const { type, reason, message: text } = event;
        log.info({ event: 'zone', type, reason, text }, 'a zone changed');
        writeZoneEvent(sinks.client, sinks.namespace, event, new Date(), sinks.signal).catch(
          (error: unknown) => {
            if (!sinks.signal.aborted) problem('events', error);
          },
        );
      }
    },
    forget() {
      metrics.cordoned.reset();
      metrics.expiring.reset();
      fallback.forget();
    },
  };
}

const DONE = {
  cordon: 'a Node was cordoned',
  uncordon: 'a Node was uncordoned',
  forget: 'a Node was left as it is, and our mark taken from it',
} as const;
const NOT_DONE = 'a Node was not written: somebody else changed it meanwhile; it is looked at again';

const WHY = {
  uncordon: 'the zone is back',
  forget: 'the zone is back, and the Node is as somebody else left it',
} as const;

function lineOf(action: CordonAction, result: NodeWrite): object {
  const line = { event: action.kind, result, node: action.node.name };
  if (action.kind !== 'cordon')
    return { ...line, zoneId: action.zoneId, zone: action.node.zoneNames[0], why: WHY[action.kind] };
  const { zone } = action;
  return { ...line, zoneId: zone.id, zone: zone.name ?? action.node.zoneNames[0], why: showSources(zone) };
}
