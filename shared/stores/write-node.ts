import type { KubeClient } from '../kube/client.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import { resources } from '../kube/resource.ts';
import type { CordonAction } from '../standstill/plan-cordon.ts';
import { CORDONED_ANNOTATION, WATCHER_FIELD_MANAGER } from '../views/node.ts';

/** How a write of a Node came out. `conflict`: somebody else wrote it in between. `gone`: it was deleted. */
export type NodeWrite = 'done' | 'conflict' | 'gone' | 'failed';

/** Less than the client's own limit: one slow Node must not hold up a place in the queue for long. */
const WRITE_TIMEOUT_MS = 5000;

/**
 * Does one action: one merge patch, so that cordon and mark come and go together. The resourceVersion in it is a
 * guard: a Node that was changed since it was looked at (perhaps by a person who just cordoned it) is a conflict.
 */
export async function writeNode(
  client: Pick<KubeClient, 'patch'>,
  action: CordonAction,
  signal: AbortSignal,
): Promise<{ readonly result: NodeWrite; readonly error?: unknown }> {
  const { name } = action.node;
  try {
    await client.patch(
      resources.nodes,
      { name },
      { kind: 'merge', body: bodyOf(action) },
      { fieldManager: WATCHER_FIELD_MANAGER, timeoutMs: WRITE_TIMEOUT_MS, signal },
    );
    return { result: 'done' };
  } catch (error) {
    if (isConflict(error)) return { result: 'conflict', error };
    return { result: isNotFound(error) ? 'gone' : 'failed', error };
  }
}

function bodyOf(action: CordonAction): object {
  const mark = action.kind === 'cordon' ? action.zone.id : null;
  const metadata = {
    resourceVersion: action.node.resourceVersion,
    annotations: { [CORDONED_ANNOTATION]: mark },
  };
  if (action.kind === 'forget') return { metadata };
  return { metadata, spec: { unschedulable: action.kind === 'cordon' ? true : null } };
}
