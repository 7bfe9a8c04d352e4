import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { bundledCatalog } from '../../../../shared/catalog/bundled.ts';
import type { Catalog, Offerings } from '../../../../shared/catalog/catalog.ts';
import type { NamedZone } from '../../../../shared/catalog/matches.ts';
import type { Example, Problem, Rule } from '../../../../shared/policy/core/rule.ts';
import { SUBJECT_KINDS, Subject, type SubjectKind } from '../../../../shared/policy/core/subject.ts';
import { nodeClassKey, type Surroundings } from '../../../../shared/policy/core/surroundings.ts';
import { type NodeClassFacts, nodeClassFacts } from '../../../../shared/policy/reading/node-class-facts.ts';
import { nodePoolFacts } from '../../../../shared/policy/reading/read-facts.ts';

/** An example as rules see it. */
export interface ExampleScene {
  readonly kind: SubjectKind;
  /** The object that is judged. */
  readonly object: unknown;
  readonly around: Surroundings;
}

const header = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });

/**
 * Reads an example: the last NodePool, NodeClaim or NodeClass is judged, and all documents are around it. The NodeClasses
 * of an example that has any are all that there are. Counted is in the bundled catalogue, as `zonewarden check` does.
 */
export function exampleScene(example: Example): ExampleScene {
  const objects = parseAllDocuments(example.yaml).map((document) => {
    if (document.errors.length > 0) throw new Error(`${example.title}: ${document.errors[0]?.message}`);
    return header.parse(document.toJS());
  });
  const judged = objects.findLast(({ kind }) => kindOf(kind) !== undefined);
  const kind = kindOf(judged?.kind ?? '');
  if (judged === undefined || kind === undefined) throw new Error(`${example.title}: nothing to judge`);
  const classes = objects.filter((one) => kindOf(one.kind) === 'EC2NodeClass').map(nodeClassFacts);
  const zones = classes.flatMap((facts) => facts.zones ?? []);
  const around: Surroundings = {
    catalog: catalogOf(example, zones),
    nodeClasses: new Map(classes.map((facts) => [nodeClassKey(facts.kind, facts.name), facts])),
    knowsAllNodeClasses: classes.length > 0,
    nodePools: objects.filter((one) => one.kind === 'NodePool').map(nodePoolFacts),
    zones: [],
    impaired: (example.impaired ?? []).map((id) => zones.find((zone) => zone.id === id) ?? { id, name: '' }),
  };
  return { kind, object: judged, around };
}

/** What a rule finds in an example, with its own thresholds or others. */
export function problemsIn(
  rule: Rule,
  example: Example,
  parameters = rule.parameters ?? {},
): readonly Problem[] {
  const { kind, object, around } = exampleScene(example);
  if (!rule.kinds.includes(kind)) return [];
  return rule.check(new Subject(kind, object, around), parameters);
}

function kindOf(kind: string): SubjectKind | undefined {
  return kind === 'NodeClass' ? 'EC2NodeClass' : SUBJECT_KINDS.find((known) => known === kind);
}

/** The bundled catalogue, or, where the example says what is offered where, one of a Region made from it. */
function catalogOf({ offeredOnlyIn }: Example, zones: NodeClassFacts['zones'] & {}): Catalog {
  const catalog = bundledCatalog();
  if (offeredOnlyIn === undefined) return catalog;
  const offerings = offeringsOf(catalog, zones, offeredOnlyIn);
  return { ...catalog, origin: { ...catalog.origin, source: 'ec2', region: 'us-east-1' }, offerings };
}

function offeringsOf(
  catalog: Catalog,
  zones: readonly NamedZone[],
  offeredOnlyIn: Readonly<Record<string, readonly string[]>>,
): Offerings {
  const zoneIds = zones.map(({ id }) => id).sort();
  const everywhere = zoneIds.map((_, place) => place);
  const limited = Object.entries(offeredOnlyIn);
  const sets = limited.map(([, ids]) => ids.map((id) => zoneIds.indexOf(id)));
  return {
    zoneIds,
    sets: [everywhere, ...sets],
    setOf: catalog.types.map((name) => limited.findIndex(([type]) => type === name) + 1),
  };
}
