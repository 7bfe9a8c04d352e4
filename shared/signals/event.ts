import { z } from 'zod';

/** RFC 3339 sets no limit to the digits of a second, and times go into the record. */
export const eventTime = z.iso.datetime({ offset: true }).max(40);

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
  resources: z.array(z.string()).default([]),
  detail: z.unknown().optional(),
});

export type EventBridgeEvent = z.infer<typeof eventSchema>;
