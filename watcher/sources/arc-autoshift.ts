import { z } from 'zod';
import type { EventBridgeEvent } from './event.ts';
import type { Reading, SourceFamily } from './registry.ts';

/** Amazon Application Recovery Controller. */
export const ARC_SOURCE = 'aws.arc-zonal-shift';

const STARTED = 'Autoshift In Progress';
const COMPLETED = 'Autoshift Completed';

/**
 * Zone IDs are at most 20 characters in ARC's API model (AvailabilityZone), lower case letters, digits and hyphens:
 * `use1-az1`, `usw2-lax1-az1`. The record keeps one key a zone ID, so that the characters matter.
 */
const zoneId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,19}$/, 'not a zone ID such as use1-az1');

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
    const change = event['detail-type'] === STARTED ? 'start' : 'end';
    const scopes = event.resources.length === 0 ? ['region'] : event.resources;
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
