import { applyJsonPatch } from '../json/apply-json-patch.ts';
import { type NodePoolView, nodePoolSchema } from '../views/node-pool.ts';
import { giveBack } from './give-back.ts';

/**
 * A stored NodePool as its owner declared it, whole: zones that we left out are in it again, what we added and our
 * annotation are not. One without our mark, and one of which nobody can tell what was declared, is the same object.
 * Pure; the object itself is left as it is.
 */
export function declaredNodePool(object: object): object {
  const view = nodePoolSchema.safeParse(object);
  return view.success ? declaredFrom(view.data, object) : object;
}

/** The same of an object that was read already; the object may lack what is not declared: its status, managedFields. */
export function declaredFrom(view: NodePoolView, object: object): object {
  const back = giveBack(view, 'all');
  if (back.kind !== 'marked' || back.patch.length === 0) return object;
  const declared = applyJsonPatch(object, back.patch);
  return typeof declared === 'object' && declared !== null ? declared : object;
}
