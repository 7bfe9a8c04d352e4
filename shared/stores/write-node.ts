import type { KubeClient } from '../kube/client.ts';
import { isConflict, isNotFound } from '../kube/errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { resources } from '../kube/resource.ts';
import type { CordonAction } from '../standstill/plan-cordon.ts';
import type { HoldAction } from '../standstill/plan-hold.ts';
import { encodeHeld, HELD_ANNOTATION } from '../views/held-mark.ts';
import { HOLDS } from '../views/holding-annotations.ts';
import { CORDONED_ANNOTATION, WATCHER_FIELD_MANAGER } from '../views/node.ts';

/** All that is done to a Node. */
export type NodeAction = CordonAction | HoldAction;

/** How a write of a Node came out. `conflict`: somebody else wrote it in between. `gone`: it was deleted. */
export type NodeWrite = 'done' | 'conflict' | 'gone' | 'failed';

/** Less than the client's own limit: one slow Node must not hold up a place in the queue for long. */
const WRITE_TIMEOUT_MS = 5000;

/**
 * Does one action: one merge patch, so that what is set and its mark come and go together. The resourceVersion in it is a
 * guard: a Node that was changed since it was looked at (perhaps by a person who just cordoned it) is a conflict.
 *
 * @returns where it is done, the Node as it is now too
 */
export async function writeNode(
  client: Pick<KubeClient, 'patch'>,
  action: NodeAction,
  signal: AbortSignal,
): Promise<{ readonly result: NodeWrite; readonly error?: unknown; readonly object?: KubeObject }> {
  const { name } = action.node;
  try {
    const object = await client.patch(
      resources.nodes,
      { name },
      { kind: 'merge', body: bodyOf(action) },
      { fieldManager: WATCHER_FIELD_MANAGER, timeoutMs: WRITE_TIMEOUT_MS, signal },
    );
    return { result: 'done', object };
  } catch (error) {
    if (isConflict(error)) return { result: 'conflict', error };
    return { result: isNotFound(error) ? 'gone' : 'failed', error };
  }
}

function bodyOf(action: NodeAction): object {
  const metadata = { resourceVersion: action.node.resourceVersion, annotations: annotationsOf(action) };
  const { kind } = action;
  if (kind !== 'cordon' && kind !== 'uncordon') return { metadata };
  return { metadata, spec: { unschedulable: kind === 'cordon' ? true : null } };
}

/** A merge patch takes away what is `null`. */
function annotationsOf(action: NodeAction): Readonly<Record<string, string | null>> {
  if (action.kind === 'release') return { ...action.back, [HELD_ANNOTATION]: null };
  if (action.kind === 'hold') {
    const set = Object.keys(action.mark.before).map((name) => [name, HOLDS]);
    return { ...Object.fromEntries(set), [HELD_ANNOTATION]: encodeHeld(action.mark) };
  }
  return { [CORDONED_ANNOTATION]: action.kind === 'cordon' ? action.zone.id : null };
}
