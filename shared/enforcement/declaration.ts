import { sameJson } from '../json/same-json.ts';
import type { Requirement } from '../requirements/requirement.ts';
import { budgetsOf, type NodePoolView, requirementsOf } from '../views/node-pool.ts';
import type { Budget } from './changed-budgets.ts';
import { DECLARED_ANNOTATION, type Declared } from './declared-annotation.ts';
import { stripFreeze } from './freeze.ts';
import type { Mark } from './mark.ts';
import {
  appliesMark,
  BUDGETS_LIST,
  type DeclaredList,
  fullDeclaration,
  isDeclaredAsStored,
  REQUIREMENTS_LIST,
  wroteMark,
} from './speaker.ts';
import { standsAsStored, stripRequirements } from './strip-requirements.ts';

/** A NodePool as its owner means it: what we changed is taken out of it again. */
export interface Declaration {
  readonly requirements: readonly Requirement[];
  readonly budgets: readonly Budget[] | undefined;
  /** What the stored object says of itself; `undefined` where nothing of ours is in it. */
  readonly marks: Declared | undefined;
}

/** The marks of the two objects of a write. */
export interface Marks {
  readonly incoming: Mark | undefined;
  readonly old: Mark | undefined;
}

/**
 * What the owner would mean if the object under review were what we made of it in an earlier pass of this same
 * request, where the annotation does not tell: it came with an applied manifest, or it is not there any more. The
 * caller has to make sure: it is so when enforcing this declaration changes nothing.
 */
export function declarationOfOurOutput(
  incoming: NodePoolView,
  old: NodePoolView | undefined,
  marks: Marks,
): Declaration | undefined {
  const oldMarks = marks.old?.content;
  if (old === undefined || oldMarks === undefined || !differs(incoming, old)) return undefined;
  const incomingMarks = marks.incoming?.content;
  if (incomingMarks !== undefined) {
    return appliesMark(incoming, old) ? { ...strip(incoming, incomingMarks), marks: oldMarks } : undefined;
  }
  // Deleted by hand it leaves the lists as they were. Where neither is as we stored it, there is nothing to keep a
  // mark for: we took it away ourselves, or the whole object was replaced by one that never targets the zone.
  const stands = [REQUIREMENTS_LIST, BUDGETS_LIST].some((list) => list.standsAsStored(incoming, oldMarks));
  if (stands) return undefined;
  return { requirements: requirementsOf(incoming), budgets: budgetsOf(incoming), marks: undefined };
}

/** Finds the declaration in a write. `old` is absent on CREATE; `writer` is the field manager that writes. */
export function declarationOf(
  incoming: NodePoolView,
  old: NodePoolView | undefined,
  marks: Marks,
  writer: string | undefined,
): Declaration {
  const oldMarks = marks.old?.content;
  const incomingMarks = marks.incoming?.content;
  if (old === undefined || oldMarks === undefined) {
    return { ...stripAnyMarks(incoming, incomingMarks), marks: undefined };
  }
  const isOurs = marks.incoming?.isGenuine === true;
  if (incomingMarks !== undefined && isOurs && differs(incoming, old) && !wroteMark(incoming, old)) {
    // It is new, it is ours, and this write did not claim it: an earlier pass of this same request wrote it (reinvocation).
    // The question of who speaks was answered then, by the object that we no longer see. Who claimed what is told by
    // stamps of whole seconds: that alone would believe a forged mark that follows on another within one.
    return { ...strip(incoming, incomingMarks), marks: oldMarks };
  }
  return {
    requirements: declaredRequirements(incoming, old, oldMarks, incomingMarks, writer),
    budgets: declaredBudgets(incoming, old, oldMarks, incomingMarks, writer),
    marks: oldMarks,
  };
}

function differs(incoming: NodePoolView, old: NodePoolView): boolean {
  const name = DECLARED_ANNOTATION;
  return incoming.metadata.annotations?.[name] !== old.metadata.annotations?.[name];
}

function strip(pool: NodePoolView, marks: Declared): Pick<Declaration, 'requirements' | 'budgets'> {
  return {
    requirements: stripRequirements(requirementsOf(pool), marks),
    budgets: stripFreeze(budgetsOf(pool), marks.budgets),
  };
}

/**
 * An object that was not marked before and comes with our annotation: a live one that was exported and is now
 * created, applied or put in the place of the stored one, or our own first pass. Where somebody edited it meanwhile,
 * their edit is carried over, as it is to what is stored: they saw the pruned list.
 */
function stripAnyMarks(
  pool: NodePoolView,
  marks: Declared | undefined,
): Pick<Declaration, 'requirements' | 'budgets'> {
  if (marks !== undefined) return strip(pool, marks);
  return { requirements: requirementsOf(pool), budgets: budgetsOf(pool) };
}

function declaredRequirements(
  incoming: NodePoolView,
  old: NodePoolView,
  marks: Declared,
  incomingMarks: Declared | undefined,
  writer: string | undefined,
): readonly Requirement[] {
  const full = fullDeclaration(incoming, old, REQUIREMENTS_LIST, marks, writer);
  if (full !== undefined) {
    return full.marked ? stripAnyMarks(incoming, incomingMarks).requirements : requirementsOf(incoming);
  }
  // Written while we were away, by somebody whose list is a declaration: nothing of ours is in it any more, unless this
  // is our own answer to that.
  const rewritten = !standsAsStored(requirementsOf(old), marks);
  if (rewritten && isDeclaredAsStored(old, REQUIREMENTS_LIST)) {
    const now = incomingMarks ?? marks;
    const isAnswer =
      changed(incoming, old, REQUIREMENTS_LIST) && standsAsStored(requirementsOf(incoming), now);
    return isAnswer ? stripRequirements(requirementsOf(incoming), now) : requirementsOf(incoming);
  }
  // What was rewritten meanwhile does not tell which of its entries are an edit of ours.
  return stripRequirements(requirementsOf(incoming), marks, rewritten ? [] : requirementsOf(old));
}

function declaredBudgets(
  incoming: NodePoolView,
  old: NodePoolView,
  marks: Declared,
  incomingMarks: Declared | undefined,
  writer: string | undefined,
): readonly Budget[] | undefined {
  const full = fullDeclaration(incoming, old, BUDGETS_LIST, marks, writer);
  if (full !== undefined) {
    return full.marked ? stripAnyMarks(incoming, incomingMarks).budgets : budgetsOf(incoming);
  }
  // A freeze in budgets that were declared while we were away is their owner's.
  const rewritten = !BUDGETS_LIST.standsAsStored(old, marks);
  if (rewritten && !changed(incoming, old, BUDGETS_LIST) && isDeclaredAsStored(old, BUDGETS_LIST))
    return budgetsOf(incoming);
  return stripFreeze(budgetsOf(incoming), marks.budgets);
}

function changed(incoming: NodePoolView, old: NodePoolView, list: DeclaredList): boolean {
  return !sameJson(list.read(incoming), list.read(old));
}
