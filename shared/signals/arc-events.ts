import { z } from 'zod';
import { describeIssues } from '../errors/schema-issues.ts';
import { sourceNamed } from '../record/source-name.ts';
import { ZONE_ID_PATTERN } from '../record/zone-keys.ts';
import { REGION_SCOPE } from '../settings/zone-rules.ts';
import type { EventBridgeEvent } from './event.ts';
import type { Reading, SourceFamily } from './source-family.ts';

/** Amazon Application Recovery Controller. */
export const ARC_SOURCE = 'aws.arc-zonal-shift';

const zoneId = z.string().regex(ZONE_ID_PATTERN, 'not a zone ID such as use1-az1');

/**
 * ARC names one resource, by its ARN (at most 2048 characters) or a shorter name. Each becomes a source in the record,
 * which has room for some of each zone.
 */
const resourcesSchema = z.array(z.string().min(1).max(2048)).max(100);

/** No end event has a published sample; the reference controller also reads `detail.awayFrom`. */
const zoneSchema = z.union([
  z.object({ metadata: z.object({ awayFrom: zoneId }) }).transform(({ metadata }) => metadata.awayFrom),
  z.object({ awayFrom: zoneId }).transform(({ awayFrom }) => awayFrom),
]);

/** What a family of ARC's events is made of: which of its types begin a shift, end one, or only say that there is news. */
export interface ArcFamily {
  readonly kind: string;
  readonly starts: readonly string[];
  readonly ends: readonly string[];
  readonly news?: readonly string[];
  /** Whether an event without resources speaks for the Region: observer notifications, which only autoshifts have. */
  readonly regional: boolean;
}

/** A family of events that ARC itself publishes. They share one form (r53recovery guide, eventbridge-zonal-autoshift). */
export function arcFamily(family: ArcFamily): SourceFamily {
  return {
    source: ARC_SOURCE,
    reach: family.regional ? 'region' : 'account',
    detailTypes: [...family.starts, ...family.ends, ...(family.news ?? [])],
    read: (event) => readArcEvent(event, family),
  };
}

function readArcEvent(event: EventBridgeEvent, family: ArcFamily): Exclude<Reading, { kind: 'foreign' }> {
  const type = event['detail-type'];
  if (family.news?.includes(type))
    return { kind: 'look', why: `${type} says that something changed, not what` };
  const isStart = family.starts.includes(type);
  const zone = zoneSchema.safeParse(event.detail);
  if (!zone.success) {
    return isStart
      ? { kind: 'malformed', problem: `${type} names no zone in detail.metadata.awayFrom` }
      : { kind: 'look', why: `${type} names no zone` };
  }
  const resources = resourcesSchema.safeParse(event.resources);
  if (!resources.success)
    return { kind: 'malformed', problem: `resources: ${describeIssues(resources.error, 1)}` };
  if (resources.data.length === 0 && !family.regional)
    return { kind: 'look', why: `${type} names no resource` };
  const scopes = resources.data.length === 0 ? [REGION_SCOPE] : new Set(resources.data);
  return {
    kind: 'signals',
    signals: Array.from(scopes, (scope) => ({
      change: isStart ? 'start' : 'end',
      zoneId: zone.data,
      source: sourceNamed(family.kind, scope),
      at: event.time,
    })),
  };
}
