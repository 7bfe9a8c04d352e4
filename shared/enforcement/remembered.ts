import { sameJson } from '../json/same-json.ts';
import type { OrderedZone } from '../record/orders.ts';
import type { NodePoolView } from '../views/node-pool.ts';
import { type Budget, changedBudgets } from './changed-budgets.ts';
import { shortened } from './changed-requirement.ts';
import type { Marks } from './declaration.ts';
import { DECLARED_ANNOTATION, encodeDeclared, LONGEST_ANNOTATIONS } from './declared-annotation.ts';
import type { Exclusion } from './exclude-zones.ts';
import { type Freeze, withFreeze } from './freeze.ts';
import { sealed, unsealed } from './mark-seal.ts';
import type { EnforcementScene } from './settings.ts';

/** What is stored beside the requirements, and whether all of it can be given back. */
export interface Remembered {
  readonly budgets: readonly Budget[] | undefined;
  readonly frozen: boolean;
  /** `undefined` where what is stored is what was declared: then there is nothing to remember. */
  readonly annotation: string | undefined;
  /**
   * What the annotation has no room for, because others fill the NodePool's annotations: `freeze`, which is left out then;
   * `zones`, which are kept out all the same and are not given back.
   */
  readonly noRoomFor: 'freeze' | 'zones' | undefined;
}

/** What an enforced NodePool comes to, apart from its annotation. */
export interface Changes {
  readonly generation: number;
  readonly zones: readonly OrderedZone[];
  /** Those of them for which it need not be frozen. */
  readonly thawed: readonly OrderedZone[];
  readonly exclusion: Exclusion;
  readonly declaredBudgets: readonly Budget[] | undefined;
  readonly mode: Freeze;
}

/** Freezes a NodePool as far as what was declared can be remembered. Nothing is frozen that nobody would thaw. */
export function remember(
  pool: NodePoolView,
  marks: Marks,
  keys: EnforcementScene['markKeys'],
  { mode, ...changes }: Changes,
): Remembered {
  const frozen = withMark(pool, marks, keys, { ...changes, mode });
  if (frozen !== undefined) return { ...frozen, frozen: mode !== 'none', noRoomFor: undefined };
  const open = mode === 'none' ? undefined : withMark(pool, marks, keys, { ...changes, mode: 'none' });
  if (open !== undefined) return { ...open, frozen: false, noRoomFor: 'freeze' };
  return { budgets: changes.declaredBudgets, frozen: false, annotation: undefined, noRoomFor: 'zones' };
}

/** `undefined` where the annotation has no room. */
function withMark(
  pool: NodePoolView,
  marks: Marks,
  keys: EnforcementScene['markKeys'],
  changes: Changes,
): Pick<Remembered, 'budgets' | 'annotation'> | undefined {
  const { declaredBudgets } = changes;
  const budgets = withFreeze(declaredBudgets, changes.mode);
  const content = contentOf(changes, budgets);
  if (content === undefined) return { budgets, annotation: undefined };
  // A mark that says the same stays, whichever of our keys it was sealed with: what is stored is not written again.
  const same = [marks.old, marks.incoming].find(
    (mark) => mark !== undefined && (mark.isGenuine || keys === 'unread') && unsealed(mark.text) === content,
  );
  const annotation =
    same?.text ??
    (keys === undefined || keys === 'unread' ? content : sealed(content, pool.metadata.name ?? '', keys));
  return hasRoomFor(pool, annotation) ? { budgets, annotation } : undefined;
}

function contentOf(
  { generation, zones, thawed, exclusion, declaredBudgets }: Changes,
  budgets: readonly Budget[] | undefined,
): string | undefined {
  const isFrozen = budgets !== undefined && !sameJson(declaredBudgets, budgets);
  if (exclusion.changed.length === 0 && exclusion.added.length === 0 && !isFrozen) return undefined;
  return encodeDeclared({
    generation,
    zones,
    ...(thawed.length === 0 ? {} : { thawed: thawed.map(({ id }) => id) }),
    changed: exclusion.changed.map(shortened),
    added: exclusion.added,
    ...(isFrozen ? { budgets: changedBudgets(declaredBudgets, budgets) } : {}),
  });
}

/** The API server counts keys and values, in bytes of UTF-8. */
function hasRoomFor({ metadata }: NodePoolView, annotation: string): boolean {
  let left = LONGEST_ANNOTATIONS - Buffer.byteLength(DECLARED_ANNOTATION) - Buffer.byteLength(annotation);
  for (const [name, value] of Object.entries(metadata.annotations ?? {}))
    if (name !== DECLARED_ANNOTATION) left -= Buffer.byteLength(name) + Buffer.byteLength(value);
  return left >= 0;
}
