import { z } from 'zod';
import { ZONE_ID_KEY, ZONE_NAME_ALIASES, ZONE_NAME_KEY } from '../record/zone-keys.ts';
import { decodeHeld, HELD_ANNOTATION, type HeldMark } from './held-mark.ts';
import {
  DO_NOT_DISRUPT_ANNOTATION,
  DO_NOT_REPAIR_ANNOTATION,
  type HoldingAnnotation,
  type HoldingValue,
} from './holding-annotations.ts';
import type { ZonePlace } from './node-class.ts';
import { NODE_POOL_LABEL } from './node-pool.ts';

/** Marks a Node that we cordoned; the value is the ID of the zone for which. All that the cordon remembers is this. */
export const CORDONED_ANNOTATION = 'zonewarden.io/cordoned';
/** Under which the API server notes in managedFields what the watcher wrote, `spec.unschedulable` of a Node above all. */
export const WATCHER_FIELD_MANAGER = 'zonewarden-watcher';

/** All that is kept of a Node: there may be thousands of them, each of 10 to 20 kB. */
export interface NodeView {
  readonly name: string;
  readonly resourceVersion: string;
  /** The NodePool that it was launched for; `undefined` for a Node that is not Karpenter's. */
  readonly nodePool: string | undefined;
  readonly zoneId: string | undefined;
  /** What its labels call its zone: one name, unless somebody labelled it by hand. */
  readonly zoneNames: readonly string[];
  /** Cordoned, by whomever. */
  readonly unschedulable: boolean;
  /** The zone ID in our mark; `undefined` where there is no mark. */
  readonly mark: string | undefined;
  /** Somebody else set `spec.unschedulable` to what it is now, or declares it beside us. */
  readonly cordonedByOthers: boolean;
  /** Our mark of what we hold it by; `undefined` where there is none. */
  readonly held: HeldMark | undefined;
  /** What keeps Karpenter from choosing it. */
  readonly holding: Readonly<Record<HoldingAnnotation, HoldingValue>>;
  /** On its way out. */
  readonly deleting: boolean;
}

/** What is read of a Node, and nothing else. */
export const nodeSchema = z.object({
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string(),
    deletionTimestamp: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
    managedFields: z
      .array(
        z.object({
          manager: z.string().nullish(),
          fieldsV1: z
            .object({
              'f:spec': z.object({ 'f:unschedulable': z.unknown().optional() }).nullish(),
              'f:metadata': z
                .object({
                  'f:annotations': z
                    .object({
                      [`f:${DO_NOT_DISRUPT_ANNOTATION}`]: z.unknown().optional(),
                      [`f:${DO_NOT_REPAIR_ANNOTATION}`]: z.unknown().optional(),
                    })
                    .nullish(),
                })
                .nullish(),
            })
            .nullish(),
        }),
      )
      .nullish(),
  }),
  spec: z.object({ unschedulable: z.boolean().nullish() }).nullish(),
});

/**
 * Whoever last changed a field owns it in managedFields, so that a cordon which a person took back and then set anew
 * can be told from ours, without our having seen the moment between. `before-first-apply` is nobody: the API server
 * gives it every field of an object whose managedFields were stripped.
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management)
 */
const NOBODY: readonly (string | null | undefined)[] = [WATCHER_FIELD_MANAGER, 'before-first-apply'];

/** @throws ZodError for what is no Node */
export function readNode(object: unknown): NodeView {
  const { metadata, spec } = nodeSchema.parse(object);
  const labels = metadata.labels ?? {};
  const zoneNames = [ZONE_NAME_KEY, ...ZONE_NAME_ALIASES].flatMap((key) => labels[key] || []);
  return {
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    nodePool: labels[NODE_POOL_LABEL] || undefined,
    zoneId: labels[ZONE_ID_KEY] || undefined,
    zoneNames: [...new Set(zoneNames)],
    unschedulable: spec?.unschedulable ?? false,
    mark: metadata.annotations?.[CORDONED_ANNOTATION],
    cordonedByOthers: (metadata.managedFields ?? []).some(
      ({ manager, fieldsV1 }) =>
        fieldsV1?.['f:spec']?.['f:unschedulable'] !== undefined && !NOBODY.includes(manager),
    ),
    held: decodeHeld(metadata.annotations?.[HELD_ANNOTATION]),
    holding: {
      [DO_NOT_DISRUPT_ANNOTATION]: holdingValue(metadata, DO_NOT_DISRUPT_ANNOTATION),
      [DO_NOT_REPAIR_ANNOTATION]: holdingValue(metadata, DO_NOT_REPAIR_ANNOTATION),
    },
    deleting: metadata.deletionTimestamp != null,
  };
}

function holdingValue(
  { annotations, managedFields }: z.infer<typeof nodeSchema>['metadata'],
  name: HoldingAnnotation,
): HoldingValue {
  const byOthers = (managedFields ?? []).some(
    ({ manager, fieldsV1 }) =>
      fieldsV1?.['f:metadata']?.['f:annotations']?.[`f:${name}`] !== undefined && !NOBODY.includes(manager),
  );
  return { value: annotations?.[name], byOthers };
}

/** Where a Node says that it is. One that somebody labelled with two names is in neither. */
export function placeOf({
  zoneId,
  zoneNames: [zoneName, ...others],
}: Pick<NodeView, 'zoneId' | 'zoneNames'>): ZonePlace {
  return { zoneId, zoneName: others.length === 0 ? zoneName : undefined };
}
