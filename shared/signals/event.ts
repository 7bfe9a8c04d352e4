import { z } from 'zod';

/** RFC 3339 sets no limit to the digits of a second, and times go into the record. */
export const eventTime = z.iso.datetime({ offset: true }).max(40);

/** EventBridge's own events name a handful; an entry of PutEvents has 256 KiB for everything. */
const MOST_RESOURCES = 1000;

/**
 * An EventBridge event, as far as it is the same for every source (docs.aws.amazon.com/eventbridge, event
 * structure). `detail` belongs to the source. `id` stays the same when an event is delivered more than once.
 */
export const eventSchema = z.object({
  id: z.string().min(1),
  source: z.string().min(1),
  'detail-type': z.string().min(1),
  time: eventTime,
  account: z.string().optional(),
  region: z.string().optional(),
  // A schema reports each value that is wrong: counted before they are looked at.
  resources: z.array(z.unknown()).max(MOST_RESOURCES).pipe(z.array(z.string())).default([]),
  detail: z.unknown().optional(),
});

export type EventBridgeEvent = z.infer<typeof eventSchema>;
