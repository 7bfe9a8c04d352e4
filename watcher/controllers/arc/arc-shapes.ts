import { z } from 'zod';
import type { ArcAutoshift, ArcManagedResource, ArcZonalShift } from '../../../shared/record/arc-answer.ts';
import { timeText } from '../../../shared/record/record-time.ts';

/**
 * What is read of ARC's answers, after the SDK has turned their timestamps into dates. The SDK believes the rest: a
 * number where a string should be goes through it. What ARC calls an enum is any string here, because ARC adds to them.
 */
const zoneIdSchema = z.string().min(1);
const momentSchema = z.date().transform((date) => timeText(date.getTime()));
/** APPLIED or NOT_APPLIED; a word that is neither says nothing. */
const appliedSchema = z
  .string()
  .optional()
  .transform((status) => (status === 'APPLIED' ? true : status === 'NOT_APPLIED' ? false : undefined));

const autoshiftSchema = z.object({
  awayFrom: zoneIdSchema,
  startTime: momentSchema,
  status: z.string().optional(),
  appliedStatus: appliedSchema,
});

const zonalShiftSchema = z.object({
  zonalShiftId: z.string().min(1),
  awayFrom: zoneIdSchema,
  startTime: momentSchema,
  expiryTime: momentSchema.optional(),
  status: z.string().optional(),
  shiftType: z.string().optional(),
  appliedStatus: appliedSchema,
});

/** ARC's model has both as optional: without `items` the page is empty. An empty token ends the list, as none does. */
const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).default([]),
    nextToken: z
      .string()
      .optional()
      .transform((token) => token || undefined),
  });

const autoshiftPageSchema = pageOf(autoshiftSchema);
const zonalShiftPageSchema = pageOf(zonalShiftSchema);

/** `zonalShifts` is in every answer, says ARC's model: one without it is not believed to have none. */
const managedResourceSchema = z.object({
  zonalShifts: z.array(zonalShiftSchema),
  autoshifts: z.array(autoshiftSchema).default([]),
});

/** One page of a list, with the token of the next where there is one. */
export interface ArcPage<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/** Only the active ones are asked for; an item that says that it has ended is none, whatever was asked. */
const ENDED: readonly (string | undefined)[] = ['COMPLETED', 'EXPIRED', 'CANCELED'];
const going = ({ status }: { readonly status?: string | undefined }) => !ENDED.includes(status);

/** @throws z.ZodError where one item is not what it should be: without it the list would look complete. */
export function readAutoshiftPage(answer: unknown): ArcPage<ArcAutoshift> {
  const { items, nextToken } = autoshiftPageSchema.parse(answer);
  return { items: items.filter(going).map(toAutoshift), nextToken };
}

/** @throws z.ZodError as above */
export function readZonalShiftPage(answer: unknown): ArcPage<ArcZonalShift> {
  const { items, nextToken } = zonalShiftPageSchema.parse(answer);
  return { items: items.filter(going).map(toZonalShift), nextToken };
}

/** @throws z.ZodError as above */
export function readManagedResource(answer: unknown): ArcManagedResource {
  const { zonalShifts, autoshifts } = managedResourceSchema.parse(answer);
  return {
    zonalShifts: zonalShifts.filter(going).map(toZonalShift),
    autoshifts: autoshifts
      .filter(going)
      .map((item) => ({ ...toAutoshift(item), applied: item.appliedStatus })),
  };
}

function toAutoshift({ awayFrom, startTime }: z.infer<typeof autoshiftSchema>): ArcAutoshift {
  return { zoneId: awayFrom, since: startTime };
}

function toZonalShift(item: z.infer<typeof zonalShiftSchema>): ArcZonalShift {
  return {
    id: item.zonalShiftId,
    zoneId: item.awayFrom,
    type: item.shiftType,
    since: item.startTime,
    until: item.expiryTime,
    applied: item.appliedStatus,
  };
}
