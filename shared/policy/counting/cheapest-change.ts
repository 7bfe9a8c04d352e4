import type { CatalogCapacityType } from '../../catalog/catalog.ts';
import { FAMILY_KEY } from '../../requirements/labels.ts';
import type { Subject } from '../core/subject.ts';
import { type ChangeSpace, changeSpace } from './change-space.ts';
import { changesOf, type PossibleChange } from './possible-changes.ts';
import { editWords, type RequirementEdit, withEdits } from './requirement-edit.ts';

/** What has to be reached: so many types, or so many different families, to be had in this way. */
export interface Goal {
  readonly needed: number;
  readonly of: 'types' | 'families';
  readonly capacityType: CatalogCapacityType;
}

/** Edits that together are tried; more is a rewrite, which no message can explain. */
const MOST_EDITS = 2;

/**
 * The smallest change of the requirements that brings a count up to what is needed, as an order without an end mark;
 * `undefined` where none of one or two edits does. Costs a fraction of a millisecond: ask only once a rule has found
 * something.
 */
export function cheapestChange(subject: Subject, goal: Goal): string | undefined {
  const edits = cheapestEdits(subject, goal);
  return edits === undefined ? undefined : editWords(subject.facts.requirements, edits);
}

/** Several rules ask about one object, and some of them for the same. */
const answers = new WeakMap<Subject, Map<string, readonly RequirementEdit[] | undefined>>();

/** The same as edits, for who applies them. Deterministic. */
export function cheapestEdits(subject: Subject, goal: Goal): readonly RequirementEdit[] | undefined {
  const known = answers.get(subject) ?? new Map<string, readonly RequirementEdit[] | undefined>();
  answers.set(subject, known);
  const question = `${goal.needed} ${goal.of} ${goal.capacityType}`;
  if (!known.has(question)) known.set(question, search(subject, goal));
  return known.get(question);
}

function search(subject: Subject, goal: Goal): readonly RequirementEdit[] | undefined {
  const edits: RequirementEdit[] = [];
  let requirements = subject.facts.requirements;
  while (edits.length < MOST_EDITS) {
    const space =
      edits.length === 0
        ? spaceOf(subject, goal.capacityType)
        : changeSpace(subject, requirements, goal.capacityType);
    if (space.count(space.found, keyOf(goal)) >= goal.needed) return undefined;
    const changes = changesOf(space, goal.needed, keyOf(goal)).filter(({ edit }) =>
      edits.every(({ place }) => place !== edit.place),
    );
    const cheapest = best(changes.filter(({ reached }) => reached >= goal.needed));
    const next = cheapest ?? furthest(changes, space, goal);
    if (next === undefined) return undefined;
    edits.push(next.edit);
    if (cheapest !== undefined) return edits;
    // What follows names places of the first list, which a replacement would move.
    if (next.edit.kind === 'replace') return undefined;
    requirements = withEdits(requirements, [next.edit]);
    if (requirements.length !== subject.facts.requirements.length) return undefined;
  }
  return undefined;
}

/** Several rules ask about one object; the space that is searched is the same. */
const spaces = new WeakMap<Subject, Map<CatalogCapacityType, ChangeSpace>>();

function spaceOf(subject: Subject, capacityType: CatalogCapacityType): ChangeSpace {
  const known = spaces.get(subject) ?? new Map<CatalogCapacityType, ChangeSpace>();
  spaces.set(subject, known);
  const space = known.get(capacityType) ?? changeSpace(subject, subject.facts.requirements, capacityType);
  known.set(capacityType, space);
  return space;
}

function keyOf({ of }: Goal): string | undefined {
  return of === 'families' ? FAMILY_KEY : undefined;
}

function best(changes: readonly PossibleChange[]): PossibleChange | undefined {
  return changes.reduce<PossibleChange | undefined>(
    (least, change) => (least === undefined || change.cost < least.cost ? change : least),
    undefined,
  );
}

/** The change that comes nearest to the goal; `undefined` where none helps. */
function furthest(
  changes: readonly PossibleChange[],
  space: ChangeSpace,
  goal: Goal,
): PossibleChange | undefined {
  const helping = changes.filter(({ reached }) => reached > space.count(space.found, keyOf(goal)));
  return helping.reduce<PossibleChange | undefined>(
    (most, change) => (most === undefined || change.reached > most.reached ? change : most),
    undefined,
  );
}
