import type { Concern } from '../home/elsewhere.ts';
import { arcAutoshift } from './arc-autoshift.ts';
import { ARC_SOURCE } from './arc-events.ts';
import { arcFisExperiment } from './arc-fis-experiment.ts';
import { arcManualShift } from './arc-manual-shift.ts';
import { arcPracticeRun } from './arc-practice-run.ts';
import { cloudTrail } from './cloudtrail.ts';
import type { EventBridgeEvent } from './event.ts';
import type { Reading, SourceFamily } from './source-family.ts';

const FAMILIES: readonly SourceFamily[] = [
  arcAutoshift,
  arcPracticeRun,
  arcFisExperiment,
  arcManualShift,
  cloudTrail,
];

const byKey = new Map(
  FAMILIES.flatMap((family) =>
    family.detailTypes.map((detailType) => [keyOf(family.source, detailType), family] as const),
  ),
);

/** Reads an event through the family that is registered for its source and detail-type. */
export function readEvent(event: EventBridgeEvent): Reading {
  const family = byKey.get(keyOf(event.source, event['detail-type']));
  if (family !== undefined) return family.read(event);
  // A type that ARC has learned since: ARC's API knows what it is about.
  return event.source === ARC_SOURCE
    ? {
        kind: 'look',
        why: `${event['detail-type'].slice(0, 100)} is an event type of ARC that nobody here knows`,
      }
    : { kind: 'foreign' };
}

/** Whom an event concerns. Of a type that nobody here knows it may be everybody. */
export function reachOf(source: string, detailType: string): Concern {
  return byKey.get(keyOf(source, detailType))?.reach ?? 'region';
}

/** Whether the pair is registered: only then may it become the value of a metric's label. */
export function isRegistered(source: string, detailType: string): boolean {
  return byKey.has(keyOf(source, detailType));
}

function keyOf(source: string, detailType: string): string {
  return `${source}\n${detailType}`;
}
