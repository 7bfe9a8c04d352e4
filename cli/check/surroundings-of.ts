import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { NamedZone } from '../../shared/catalog/matches.ts';
import { nodeClassKey, type Surroundings } from '../../shared/policy/core/surroundings.ts';
import { type NodeClassFacts, nodeClassFacts } from '../../shared/policy/reading/node-class-facts.ts';
import { nodePoolFacts } from '../../shared/policy/reading/read-facts.ts';
import type { JudgedObject } from '../input/judged-objects.ts';
import { readImpaired } from '../zones/named-zones.ts';

/** What a check is told besides the objects. */
export interface Scene {
  readonly catalog: Catalog;
  /** Of `--zone-map`. */
  readonly zoneMap: readonly NamedZone[];
  /** Texts of `--impaired`. */
  readonly impaired: readonly string[];
}

/**
 * What is around each object of a stream: its NodeClasses and NodePools, and the zones that are named. A NodeClass that is
 * not in the stream may be in the cluster.
 * @throws CheckError `check.usage` for an impaired zone that cannot be told
 */
export function surroundingsOf(objects: readonly JudgedObject[], scene: Scene): Surroundings {
  const classes = objects.flatMap(({ as, value }) => (as === 'EC2NodeClass' ? [nodeClassFacts(value)] : []));
  return {
    catalog: scene.catalog,
    nodeClasses: new Map(classes.map((facts) => [nodeClassKey(facts.kind, facts.name), facts])),
    knowsAllNodeClasses: false,
    nodePools: objects.flatMap(({ as, value }) => (as === 'NodePool' ? [nodePoolFacts(value)] : [])),
    // One entry is there to translate a name; two or more are taken for the zones of the cluster.
    zones: scene.zoneMap.length > 1 ? scene.zoneMap : [],
    impaired: readImpaired(scene.impaired, [...scene.zoneMap, ...zonesOf(classes)]),
  };
}

function zonesOf(classes: readonly NodeClassFacts[]): NamedZone[] {
  return classes.flatMap(({ zones }) => zones ?? []);
}
