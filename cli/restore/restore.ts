import { DECLARED_ANNOTATION } from '../../shared/enforcement/declared-annotation.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { resources } from '../../shared/kube/resource.ts';
import { HELD_ANNOTATION } from '../../shared/views/held-mark.ts';
import { CORDONED_ANNOTATION } from '../../shared/views/node.ts';
import type { Session } from '../session/session.ts';
import { type Ended, eachMarked } from './each-marked.ts';
import { giveNodeBack } from './give-node-back.ts';
import { givePoolBack } from './give-pool-back.ts';
import { RestoreError } from './restore-error.ts';
import { untilNotDrifted } from './until-not-drifted.ts';
import { whatStandsAgainst } from './what-enforces.ts';

const NODE_MARKS = [HELD_ANNOTATION, CORDONED_ANNOTATION];

/**
 * `restore`: gives back what was declared on every NodePool with our mark, and uncordons the Nodes that we cordoned,
 * without webhook or watcher. As the watcher does it: zones first, and the freeze when the zones' nodes are no longer
 * drifted. A dry run asks the API server for the same writes and stores nothing.
 *
 * @throws RestoreError `restore.enforced`: nothing was written; `restore.incomplete`: what is listed was not
 * @throws KubeError, RecordUnreadableError
 */
export async function restore(
  session: Session,
  options: { readonly dryRun: boolean; readonly driftTimeout: number },
): Promise<void> {
  const { nodesStay } = await whatStandsAgainst(session);
  const asked = options.dryRun ? { ...session, client: withoutStoring(session.client) } : session;
  const inPools = (step: 'zones' | 'all') =>
    eachMarked(asked, resources.nodePools, [DECLARED_ANNOTATION], givePoolBack(step));
  // What fails in this step fails in the next one too, and is told then.
  if (!options.dryRun && (await inPools('zones')).length > 0)
    await untilNotDrifted(session, options.driftTimeout);
  const pools = await inPools('all');
  const nodes = nodesStay ? [] : await eachMarked(asked, resources.nodes, NODE_MARKS, giveNodeBack);
  report(session, pools, nodes, options.dryRun);
}

/** Every write becomes a dry run: the API server does everything but store it. */
function withoutStoring(client: KubeClient): KubeClient {
  return {
    ...client,
    patch: (type, at, patch, options) => client.patch(type, at, patch, { ...options, dryRun: true }),
  };
}

function report(
  { output }: Session,
  pools: readonly NonNullable<Ended>[],
  nodes: readonly NonNullable<Ended>[],
  dryRun: boolean,
): void {
  const all = [...pools, ...nodes];
  for (const ended of all) if ('done' in ended) output.say(ended.done);
  for (const ended of all) if ('failed' in ended) output.warn(ended.failed);
  const done = (ended: typeof pools) => ended.filter((each) => 'done' in each).length;
  output.say(
    `${dryRun ? 'would be given back' : 'given back'}: ${counted(done(pools), 'NodePool')}, ${counted(done(nodes), 'Node')}`,
  );
  const failed = all.length - done(all);
  if (failed === 0) return;
  throw new RestoreError(
    'restore.incomplete',
    `${failed} of ${all.length} were not given back, for the reasons above: mend what they name and repeat the ` +
      'command; what is done is left alone.',
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
