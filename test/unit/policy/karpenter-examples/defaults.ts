import { z } from 'zod';

/** The part of a CRD's schema that defaulting needs. */
const schemaSchema = z.object({
  default: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
});
const map = z.record(z.string(), z.unknown());

/**
 * A value with what the API server fills in by a CRD's schema, before any webhook sees it: a default is taken where nothing
 * is said, and what it leaves open is filled in as well (Kubernetes, structural schema defaulting).
 */
export function withDefaults(schema: unknown, value: unknown): unknown {
  const { properties, items, default: usual } = schemaSchema.parse(schema);
  const present = value === undefined ? usual : value;
  if (Array.isArray(present)) {
    return items === undefined ? present : present.map((one) => withDefaults(items, one));
  }
  const read = map.safeParse(present);
  if (!read.success) return present;
  const filled = Object.entries(properties).map(([name, inner]) => [
    name,
    withDefaults(inner, read.data[name]),
  ]);
  return { ...read.data, ...Object.fromEntries(filled.filter(([, inner]) => inner !== undefined)) };
}
