import { DECLARED_ANNOTATION } from '../../../../shared/enforcement/declared-annotation.ts';
import type { Json } from '../stored.ts';

/**
 * Who manages what, as kube-apiserver keeps it in managedFields (structured-merge-diff v6, merge/update.go;
 * apimachinery, managedfieldsupdater.go). Only the fields that matter here; `rest` is what all manifests have.
 */
export type Field = 'requirements' | 'budgets' | 'mark' | 'lastApplied' | 'label' | 'rest';

export interface Manager {
  readonly operation: 'Apply' | 'Update';
  /** In seconds; absent where it applied what was stored already, and never changed anything. */
  readonly time: number | undefined;
  readonly fields: readonly Field[];
}
export type Managers = Readonly<Record<string, Manager>>;

/** What a write makes of the fields, before admission. */
export interface Change {
  /** Added, or with another value. */
  readonly changed: readonly Field[];
  readonly removed: readonly Field[];
}

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const NOTHING: readonly Field[] = [];

/** After a write that is not an apply: the writer takes what it changed. Whoever changed nothing is not stamped. */
export function afterUpdate(before: Managers, writer: string, change: Change, now: number): Managers {
  const managers = { ...withoutChanged(before, change, writer) };
  if (change.changed.length === 0) return managers;
  const own = managers[writer]?.fields ?? NOTHING;
  managers[writer] = { operation: 'Update', time: now, fields: union(own, change.changed) };
  return managers;
}

/**
 * After a forced apply: the applier has what its manifest says, alone where it changed it and with others where they
 * had the same. Whoever changed no value keeps its time, also where it is new (`object != nil` in the updater).
 */
export function afterApply(
  before: Managers,
  applier: string,
  manifest: readonly Field[],
  change: Change,
  now: number,
): Managers {
  const changes = change.changed.length + change.removed.length > 0;
  const time = changes ? now : before[applier]?.time;
  const managers = withoutChanged(before, change, applier);
  return { ...managers, [applier]: { operation: 'Apply', time, fields: manifest } };
}

/** What an apply takes away: what its manifest said before and does not now, and nobody else manages. */
export function droppedBy(before: Managers, applier: string, manifest: readonly Field[]): Field[] {
  const own = before[applier]?.fields ?? NOTHING;
  return own.filter(
    (field) =>
      !manifest.includes(field) &&
      !Object.entries(before).some(([name, { fields }]) => name !== applier && fields.includes(field)),
  );
}

/**
 * kubectl's server-side apply hands over to the applier whatever those manage who keep last-applied
 * (client-go, csaupgrade); `undefined` where nobody keeps it.
 */
export function afterMigration(before: Managers, applier: string): Managers | undefined {
  const keepers = Object.entries(before).filter(
    ([, { operation, fields }]) => operation === 'Update' && fields.includes('lastApplied'),
  );
  if (keepers.length === 0) return undefined;
  const managers: Record<string, Manager> = { ...before };
  for (const [name, { fields }] of keepers) {
    delete managers[name];
    const into = managers[applier];
    if (into !== undefined) managers[applier] = { ...into, fields: union(into.fields, fields) };
  }
  return managers;
}

/** The entries as the API server shows them, in its order (managedfields.go, sortEncodedManagedFields). */
export function managedFieldsOf(managers: Managers): Json[] {
  return inOrder(managers).map(([manager, { operation, time, fields }]) => ({
    manager,
    operation,
    ...(time === undefined ? {} : { time: shown(time) }),
    fieldsV1: fieldsV1(fields),
  }));
}

function inOrder(managers: Managers): [string, Manager][] {
  return Object.entries(managers).sort(
    ([aName, a], [bName, b]) =>
      compare(a.operation, b.operation) || (a.time ?? 0) - (b.time ?? 0) || compare(aName, bName),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const START = Date.UTC(2026, 10, 21);
function shown(time: number): string {
  return new Date(START + time * 1000).toISOString().replace('.000', '');
}

function withoutChanged(before: Managers, { changed, removed }: Change, writer: string): Managers {
  const managers: Record<string, Manager> = {};
  for (const [name, one] of Object.entries(before)) {
    const left = one.fields.filter(
      (field) => !removed.includes(field) && (name === writer || !changed.includes(field)),
    );
    if (left.length > 0) managers[name] = left.length === one.fields.length ? one : { ...one, fields: left };
  }
  return managers;
}

function union(some: readonly Field[], others: readonly Field[]): Field[] {
  return [...some, ...others.filter((field) => !some.includes(field))];
}

function fieldsV1(fields: readonly Field[]): Json {
  const has = (field: Field) => fields.includes(field);
  const annotations = {
    ...(has('mark') ? { [`f:${DECLARED_ANNOTATION}`]: {} } : {}),
    ...(has('lastApplied') ? { [`f:${LAST_APPLIED}`]: {} } : {}),
  };
  const metadata = {
    ...(Object.keys(annotations).length > 0 ? { 'f:annotations': annotations } : {}),
    ...(has('label') ? { 'f:labels': { 'f:touched': {} } } : {}),
  };
  return {
    ...(Object.keys(metadata).length > 0 ? { 'f:metadata': metadata } : {}),
    'f:spec': {
      ...(has('rest') ? { 'f:replicas': {} } : {}),
      ...(has('requirements') ? { 'f:template': { 'f:spec': { 'f:requirements': {} } } } : {}),
      ...(has('budgets') ? { 'f:disruption': { 'f:budgets': {} } } : {}),
    },
  };
}
