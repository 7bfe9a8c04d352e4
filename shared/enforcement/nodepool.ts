import { type JsonPatchOperation, patchAnnotation, patchList } from '../json/json-patch.ts';
import { isThawed, type OrderedZone, type Orders } from '../record/orders.ts';
import { refusedByCrd } from '../requirements/crd-rules.ts';
import type { Requirement } from '../requirements/requirement.ts';
import { budgetsOf, type NodePoolView, requirementsOf } from '../views/node-pool.ts';
import { beyondBounds } from '../views/object-bounds.ts';
import type { Budget } from './changed-budgets.ts';
import { type Declaration, declarationOf, declarationOfOurOutput, type Marks } from './declaration.ts';
import { DECLARED_ANNOTATION, type Declared } from './declared-annotation.ts';
import { excludeZones } from './exclude-zones.ts';
import { type Freeze, freezeFor } from './freeze.ts';
import { freezeModeOf, isEvacuated } from './freeze-mode.ts';
import { markOf } from './mark.ts';
import { zonesFor } from './named-zones.ts';
import { type Remembered, remember } from './remembered.ts';
import type { EnforcementScene } from './settings.ts';
import { isOpenTo, nothingLeft, zoneRequirements } from './zone-constraints.ts';

/** `zonewarden.io/zone-enforcement: "off"` exempts one NodePool; what we had changed in it is given back. */
export const EXEMPT_ANNOTATION = 'zonewarden.io/zone-enforcement';

export interface NodePoolDecision {
  /** Empty when what was sent is what will be stored. */
  readonly patch: readonly JsonPatchOperation[];
  /** The requirements on zones as their owner means them, and as they will be stored. */
  readonly declared: readonly Requirement[];
  readonly effective: readonly Requirement[];
  /** The impaired zones that are kept out of this NodePool. */
  readonly excluded: readonly OrderedZone[];
  /** The zones that are back in its lists, while its disruption is still frozen. */
  readonly recovering: readonly OrderedZone[];
  readonly frozen: boolean;
  readonly exempt: boolean;
  /** No zone is left: the NodePool launches nothing until one is back. */
  readonly nothingLeft: boolean;
  /** The object was made from a newer set than ours, so that the zones it names were used instead. */
  readonly stale: boolean;
  /** The CRD refuses the object as it was sent, for this reason: nothing is changed, and the API server says so. */
  readonly invalid: string | undefined;
  /** Zones that could not be taken out, because the list is full: the write has to be refused. */
  readonly noRoomFor: readonly OrderedZone[];
  /** What the mark has no room for, because the NodePool's annotations are full. */
  readonly noRoomToRemember: Remembered['noRoomFor'];
}

/**
 * Decides what is stored for a NodePool that is created or updated: strip what is ours, find out what its owner
 * declares, apply the impaired set to that. Pure, idempotent, and the same for dry runs.
 *
 * @param incoming the object under review
 * @param old the stored object, absent on CREATE; its annotation is the authority, not the incoming one's
 * @param writer the field manager of the request, where it names one
 */
export function enforceNodePool(
  incoming: NodePoolView,
  old: NodePoolView | undefined,
  set: Orders,
  scene: EnforcementScene,
  writer?: string,
): NodePoolDecision {
  const invalid = refusedByCrd(requirementsOf(incoming));
  if (invalid !== undefined) return { ...UNTOUCHED, invalid };
  const stored = markOf(old, scene.markKeys);
  const marks = { old: stored, incoming: incoming === old ? stored : markOf(incoming, scene.markKeys) };
  const output = declarationOfOurOutput(incoming, old, marks);
  const settled = output === undefined ? undefined : decide(incoming, output, set, scene, marks);
  if (settled?.patch.length === 0) return settled;
  const declaration = declarationOf(incoming, old, marks, writer);
  return decide(incoming, believable(declaration, incoming, marks), set, scene, marks);
}

/**
 * The declaration, but for one that a mark which is not ours makes larger than anything that is looked at: the validating
 * step would refuse it, at each write and each nudge, and the NodePool would stay open to the zone. Of such a mark nothing
 * is believed.
 */
function believable(
  declaration: Declaration,
  incoming: NodePoolView,
  { incoming: mark, old }: Marks,
): Declaration {
  if (mark?.isGenuine !== false && old?.isGenuine !== false) return declaration;
  const { requirements, budgets } = declaration;
  const beyond = beyondBounds({ spec: { template: { spec: { requirements } }, disruption: { budgets } } });
  if (beyond === undefined) return declaration;
  return { requirements: requirementsOf(incoming), budgets: budgetsOf(incoming), marks: undefined };
}

function decide(
  incoming: NodePoolView,
  declaration: Declaration,
  set: Orders,
  settings: EnforcementScene,
  found: Marks,
): NodePoolDecision {
  const { marks } = declaration;
  const stale = marks !== undefined && marks.generation > set.generation;
  const current = stale ? setOf(marks) : set;
  const exempt = isExempt(incoming);
  const labels = incoming.spec.template.metadata?.labels ?? {};
  const constraints = { requirements: declaration.requirements, labels };

  const asked = zonesFor(current, constraints);
  const impaired = exempt ? [] : asked.filter((zone) => zone.state === 'impaired');
  const exclusion = excludeZones(constraints, impaired);
  const everyPool = settings.freezeScope === 'all';
  // A zone that is on its way back holds the freeze only of a pool that was changed for it.
  const wasMarkedFor = (id: string) => !exempt && marks?.zones.some((marked) => marked.id === id) === true;
  const recovering = asked.filter(
    (zone) =>
      zone.state === 'recovering' && wasMarkedFor(zone.id) && (everyPool || isOpenTo(constraints, zone)),
  );
  const zones = [...(everyPool ? impaired : exclusion.excluded), ...recovering];

  const thawed = thawedZones(incoming, zones, settings);
  const mode = thawed.length === zones.length ? 'none' : freezeOf(incoming, exclusion.excluded, settings);
  const { generation } = current;
  const changes = { generation, zones, thawed, exclusion, declaredBudgets: declaration.budgets, mode };
  const { budgets, annotation, frozen, noRoomFor } = remember(incoming, found, settings.markKeys, changes);
  return {
    patch: [
      ...patchAnnotation(incoming.metadata.annotations ?? undefined, DECLARED_ANNOTATION, annotation),
      ...patchBudgets(incoming, budgets),
      ...patchRequirements(incoming, exclusion.requirements),
    ],
    declared: zoneRequirements(declaration.requirements),
    effective: zoneRequirements(exclusion.requirements),
    excluded: exclusion.excluded,
    recovering,
    frozen,
    exempt,
    nothingLeft:
      exclusion.excluded.length > 0 && nothingLeft({ requirements: exclusion.requirements, labels }),
    stale,
    invalid: undefined,
    noRoomFor: exclusion.noRoomFor,
    noRoomToRemember: noRoomFor,
  };
}

/** Whether its owner keeps enforcement away from a NodePool. */
export function isExempt(pool: NodePoolView): boolean {
  return pool.metadata.annotations?.[EXEMPT_ANNOTATION] === 'off';
}

/**
 * Whether its NodeClaims and Nodes are kept out of enforcement with it. Not those of one that is being deleted: no webhook
 * is asked about a write of it, so that an exemption would leave no line, and Karpenter makes nothing for it any more.
 */
export function exemptsItsNodes(pool: NodePoolView): boolean {
  return isExempt(pool) && !pool.metadata.deletionTimestamp;
}

const UNTOUCHED: NodePoolDecision = {
  patch: [],
  declared: [],
  effective: [],
  excluded: [],
  recovering: [],
  frozen: false,
  exempt: false,
  nothingLeft: false,
  stale: false,
  invalid: undefined,
  noRoomFor: [],
  noRoomToRemember: undefined,
};

/** The set that the stored object was made from, as far as it concerned that object. */
function setOf(marks: Declared): Orders {
  const { generation, zones, thawed } = marks;
  return {
    generation,
    zones: zones.map((zone) => ({
      ...{ ...zone, sources: [] },
      ...(thawed?.includes(zone.id) ? { thawed: 'all' } : {}),
    })),
  };
}

/** Those of the zones for which the NodePool need not be frozen, because its Nodes there are held one by one. */
function thawedZones(
  pool: NodePoolView,
  zones: readonly OrderedZone[],
  settings: EnforcementScene,
): readonly OrderedZone[] {
  if (freezeModeOf(pool, settings) !== 'zone') return [];
  return zones.filter((zone) => isThawed(zone, pool.metadata.name ?? ''));
}

/** Nobody has to leave a zone that the NodePool does not use, or that is on its way back. */
function freezeOf(pool: NodePoolView, excluded: readonly OrderedZone[], settings: EnforcementScene): Freeze {
  return freezeFor(freezeModeOf(pool, settings), excluded.length > 0 && isEvacuated(pool, settings));
}

function patchBudgets(pool: NodePoolView, budgets: readonly Budget[] | undefined): JsonPatchOperation[] {
  // The CRD defaults `disruption`, so that it is missing only in an object that is not valid anyway.
  if (pool.spec.disruption === undefined || pool.spec.disruption === null) {
    return budgets === undefined ? [] : [{ op: 'add', path: '/spec/disruption', value: { budgets } }];
  }
  return patchList('/spec/disruption/budgets', budgetsOf(pool), budgets);
}

function patchRequirements(pool: NodePoolView, requirements: readonly Requirement[]): JsonPatchOperation[] {
  const present = pool.spec.template.spec.requirements ?? undefined;
  if (present === undefined && requirements.length === 0) return [];
  return patchList('/spec/template/spec/requirements', present, requirements);
}
