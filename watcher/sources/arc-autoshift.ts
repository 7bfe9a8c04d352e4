import { z } from 'zod';
import { describeIssues } from '../../shared/errors/schema-issues.ts';
import { ZONE_ID_PATTERN } from '../../shared/zones/zone-keys.ts';
import type { EventBridgeEvent } from './event.ts';
import type { Reading, SourceFamily } from './registry.ts';

/** Amazon Application Recovery Controller. */
export const ARC_SOURCE = 'aws.arc-zonal-shift';

const STARTED = 'Autoshift In Progress';
const COMPLETED = 'Autoshift Completed';

const zoneId = z.string().regex(ZONE_ID_PATTERN, 'not a zone ID such as use1-az1');

/**
 * ARC names one resource, by its ARN (at most 2048 characters) or a shorter name. Each becomes a source in the record,
 * which is one ConfigMap of at most 1 MiB: a message that names thousands could never be written, and neither could
 * what came with it.
 */
const resourcesSchema = z.array(z.string().min(1).max(2048)).max(100);

/** No end event has a published sample; the reference controller also reads `detail.awayFrom`. */
const detailSchema = z.union([
  z.object({ metadata: z.object({ awayFrom: zoneId }) }).transform(({ metadata }) => metadata.awayFrom),
  z.object({ awayFrom: zoneId }).transform(({ awayFrom }) => awayFrom),
]);

/**
 * Autoshifts: AWS shifts traffic away from a zone by itself. An observer notification has no resources and speaks
 * for the region; otherwise the event speaks for the resource that it names, and an end ends that one only.
 */
export const arcAutoshift: SourceFamily = {
  source: ARC_SOURCE,
  detailTypes: [STARTED, COMPLETED],
  read(event: EventBridgeEvent): Exclude<Reading, { kind: 'foreign' }> {
    const zone = detailSchema.safeParse(event.detail);
    if (!zone.success) {
      return {
        kind: 'malformed',
        problem: `${event['detail-type']} names no zone in detail.metadata.awayFrom`,
      };
    }
    const resources = resourcesSchema.safeParse(event.resources);
    if (!resources.success) {
      return { kind: 'malformed', problem: `resources: ${describeIssues(resources.error, 1)}` };
    }
    const change = event['detail-type'] === STARTED ? 'start' : 'end';
    const scopes = resources.data.length === 0 ? ['region'] : resources.data;
    return {
      kind: 'signals',
      signals: scopes.map((scope) => ({
        change,
        zoneId: zone.data,
        source: { id: `autoshift/${scope}`, kind: 'autoshift' },
        at: event.time,
      })),
    };
  },
};
