import { nodeClassKey, type Surroundings } from '../policy/core/surroundings.ts';
import type { NodeClassView } from './kinds.ts';
import { oncePerList } from './once-per-list.ts';
import type { Store } from './store.ts';

/** What a verdict asks of the EC2NodeClasses that are stored. One that cannot be read exists: it is none that is missing. */
export function judgedByNodeClasses(
  classes: Pick<Store<NodeClassView>, 'all' | 'known' | 'unjudgeable'>,
): () => Pick<Surroundings, 'nodeClasses' | 'knowsAllNodeClasses'> {
  const byKey = oncePerList(
    (all: readonly NodeClassView[]) =>
      new Map(all.map(({ facts }) => [nodeClassKey(facts.kind, facts.name), facts] as const)),
  );
  return () => ({
    nodeClasses: byKey(classes.all()),
    knowsAllNodeClasses: classes.known && classes.unjudgeable.length === 0,
  });
}
