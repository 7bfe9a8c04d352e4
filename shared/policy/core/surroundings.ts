import type { Catalog } from '../../catalog/catalog.ts';
import type { NamedZone } from '../../catalog/matches.ts';
import type { NodeClassFacts } from '../reading/node-class-facts.ts';
import type { PoolFacts } from '../reading/pool-facts.ts';

/** What a policy knows besides the object under review: of a cluster, or of the files of a pull request. Pure data. */
export interface Surroundings {
  readonly catalog: Catalog;
  /** NodeClasses by `kind/name`. */
  readonly nodeClasses: ReadonlyMap<string, NodeClassFacts>;
  /** True where all NodeClasses there are were read, so that one that is not among them does not exist. */
  readonly knowsAllNodeClasses: boolean;
  /** The other NodePools, in no particular order; the one under review may be among them under its name. */
  readonly nodePools: readonly PoolFacts[];
  /**
   * Names of all NodePools that there are and are not being deleted; absent where nobody knows, as of the files of a pull
   * request.
   */
  readonly nodePoolNames?: ReadonlySet<string>;
  /**
   * Zones besides those of NodeClasses: `--zone-map`, the record's used zones. A single one only gives a name to a zone;
   * two or more are taken for all that there are.
   */
  readonly zones: readonly NamedZone[];
  /** Zones that are impaired now. */
  readonly impaired: readonly NamedZone[];
  /** True in a cluster, where the API server holds each object to the CRDs that are installed there. */
  readonly checkedByApiServer?: boolean;
}

/** Key of a NodeClass in `nodeClasses`. */
export function nodeClassKey(kind: string, name: string): string {
  return `${kind}/${name}`;
}
