import { z } from 'zod';
import { describeIssues } from '../errors/schema-issues.ts';
import { INSTANCE_TYPE_KEY } from '../requirements/labels.ts';
import { CAPACITY_BITS, type Catalog, type Column } from './catalog.ts';
import { CatalogUnreadableError } from './catalog-unreadable-error.ts';

/** What a document says that it is. Another version is read by no older program. */
const FORMAT = 'zonewarden.io/instance-catalog/v1';

/** EC2 had 1,400 types in 2026; the others are far above what a cluster sees too. */
const MOST_TYPES = 10_000;
const MOST_COLUMNS = 64;
const MOST_ZONES = 500;
/** Of a label's value, as Kubernetes has it, and of a zone's name. */
const MOST_CHARACTERS = 63;
const ALL_BITS = Object.values(CAPACITY_BITS).reduce((bits, bit) => bits | bit, 0);

/** One issue for a list, however many of its entries are wrong: a schema of each entry takes 1 kB for each (json-bounds). */
const wholeNumbers = (least: number, what: string) =>
  z.custom<readonly number[]>(
    (list) =>
      Array.isArray(list) &&
      list.length <= MOST_TYPES &&
      list.every((entry) => Number.isInteger(entry) && entry >= least),
    `a list of up to ${MOST_TYPES} ${what}`,
  );

const texts = (most: number) =>
  z.custom<readonly string[]>(
    (list) =>
      Array.isArray(list) &&
      list.length <= most &&
      list.every((entry) => typeof entry === 'string' && entry.length <= MOST_CHARACTERS) &&
      new Set(list).size === list.length,
    `a list of up to ${most} texts of up to ${MOST_CHARACTERS} characters, all different`,
  );

const documentSchema = z.object({
  format: z.literal(FORMAT),
  origin: z.object({
    source: z.enum(['bundled', 'ec2', 'aws-cli', 'karpenter-metrics']),
    madeAt: z.iso.datetime({ offset: true }),
    region: z.string().min(1).max(MOST_CHARACTERS).exactOptional(),
    madeFrom: z.string().min(1).max(500).exactOptional(),
  }),
  types: texts(MOST_TYPES),
  capacityTypes: wholeNumbers(0, 'sums of 1 (on-demand) and 2 (spot)'),
  columns: z
    .record(z.string().max(317), z.object({ values: texts(MOST_TYPES), index: wholeNumbers(-1, 'places') }))
    .refine((columns) => Object.keys(columns).length <= MOST_COLUMNS, `more than ${MOST_COLUMNS} columns`),
  offerings: z
    .object({
      zoneIds: texts(MOST_ZONES),
      sets: z.array(wholeNumbers(0, 'places')).max(MOST_TYPES),
      setOf: wholeNumbers(0, 'places'),
    })
    .optional(),
});
type Document = z.infer<typeof documentSchema>;

/** A catalogue as JSON: what `readCatalog` reads. The names are there once, not in a column too. docs/catalog.md */
export function catalogDocument({ origin, types, capacityTypes, columns, offerings }: Catalog): unknown {
  const others = [...columns].filter(([key]) => key !== INSTANCE_TYPE_KEY);
  return {
    format: FORMAT,
    origin,
    types,
    capacityTypes,
    columns: Object.fromEntries(others),
    ...(offerings === undefined ? {} : { offerings }),
  };
}

/**
 * Reads a catalogue's document.
 *
 * @throws CatalogUnreadableError where it is none, or one that does not hold together
 */
export function readCatalog(value: unknown): Catalog {
  const read = documentSchema.safeParse(value);
  if (!read.success) {
    throw new CatalogUnreadableError(
      `${describeIssues(read.error)}; make it anew: zonewarden catalog import`,
      {
        cause: read.error,
      },
    );
  }
  const { format: _, columns, offerings, ...rest } = read.data;
  const wrong = incoherence(read.data);
  if (wrong !== undefined) {
    throw new CatalogUnreadableError(
      `${wrong}: the document was changed or cut; make it anew: zonewarden catalog import`,
    );
  }
  const names: Column = { values: rest.types, index: [...rest.types.keys()] };
  return {
    ...rest,
    columns: new Map([[INSTANCE_TYPE_KEY, names], ...Object.entries(columns)]),
    ...(offerings === undefined ? {} : { offerings }),
  };
}

/** What of a document of the right shape does not fit together, in words. */
function incoherence({ types, capacityTypes, columns, offerings }: Document): string | undefined {
  const count = types.length;
  if (count === 0) return 'it has no types';
  if (types.some((type, place) => place > 0 && type <= (types[place - 1] ?? ''))) {
    return 'its types are not sorted';
  }
  if (!isIndex(capacityTypes, count, ALL_BITS + 1)) return 'capacityTypes does not fit its types';
  const column = Object.entries(columns).find(
    ([, { values, index }]) => !isIndex(index, count, values.length),
  );
  if (column !== undefined) return `columns.${column[0]}.index does not fit its values or its types`;
  if (offerings === undefined) return undefined;
  const { zoneIds, sets, setOf } = offerings;
  if (!isIndex(setOf, count, sets.length)) return 'offerings.setOf does not fit its sets or its types';
  const fit = sets.every((set) => set.every((zone) => zone < zoneIds.length));
  return fit ? undefined : 'offerings.sets does not fit its zoneIds';
}

/** One entry a type, each a place below `end`. */
function isIndex(index: readonly number[], count: number, end: number): boolean {
  return index.length === count && index.every((place) => place < end);
}
