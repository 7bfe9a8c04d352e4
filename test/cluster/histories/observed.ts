import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { owns } from '../../../shared/enforcement/field-ownership.ts';
import { unsealed } from '../../../shared/enforcement/mark-seal.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { budgetsOf, nodePoolSchema, requirementsOf } from '../../../shared/views/node-pool.ts';
import { lastAppliedIn } from '../../unit/enforcement/histories/model-content.ts';
import { LAST_APPLIED } from '../../unit/enforcement/histories/model-managers.ts';
import { COMPARED, type Stored } from '../../unit/enforcement/histories/transcript.ts';

/** Where the fields of the model are in managedFields. */
const PATHS: Readonly<Record<(typeof COMPARED)[number], readonly string[]>> = {
  requirements: ['f:spec', 'f:template', 'f:spec', 'f:requirements'],
  budgets: ['f:spec', 'f:disruption', 'f:budgets'],
  mark: ['f:metadata', 'f:annotations', `f:${DECLARED_ANNOTATION}`],
  lastApplied: ['f:metadata', 'f:annotations', `f:${LAST_APPLIED}`],
  label: ['f:metadata', 'f:labels', 'f:touched'],
};
const REST = ['f:spec', 'f:template', 'f:spec', 'f:nodeClassRef'];

/** What a real NodePool looks like in the terms of the model, from its first write on. */
export class Observer {
  #stamps: Record<string, { readonly time: string | undefined; readonly line: number | undefined }> = {};

  /** @param line which write it was: those whose time differs from before were stamped by it */
  observe(pool: KubeObject, line: number): Stored {
    const view = nodePoolSchema.parse(pool);
    const managers = (view.metadata.managedFields ?? []).filter(
      ({ subresource }) => subresource === undefined,
    );
    const stamps = managers.map(({ manager = '', time }) => {
      const known = this.#stamps[manager];
      const stamped = time === undefined ? undefined : line;
      return [manager, { time, line: known?.time === time ? known?.line : stamped }] as const;
    });
    this.#stamps = Object.fromEntries(stamps);
    const ownersOf = (field: (typeof COMPARED)[number]) =>
      managers
        .filter((entry) => owns(entry, PATHS[field]))
        .map(({ manager = '' }) => manager)
        .sort();
    // Whoever has only the map of annotations left, which it once made, is not in the model.
    const known = new Set(
      managers
        .filter((entry) => [...Object.values(PATHS), REST].some((path) => owns(entry, path)))
        .map(({ manager = '' }) => manager),
    );
    return {
      requirements: requirementsOf(view) as Stored['requirements'],
      budgets: (budgetsOf(view) ?? []) as Stored['budgets'],
      mark: view.metadata.annotations?.[DECLARED_ANNOTATION],
      lastApplied: lastAppliedIn(view.metadata.annotations ?? {}),
      owners: Object.fromEntries(COMPARED.map((field) => [field, ownersOf(field)])),
      stamps: Object.fromEntries(
        stamps.filter(([manager]) => known.has(manager)).map(([manager, { line: at }]) => [manager, at]),
      ),
    };
  }

  /** Whether somebody was stamped in the present second: a write in it could not be told from that one. */
  get stampedNow(): boolean {
    const second = Math.floor(Date.now() / 1000) * 1000;
    return Object.values(this.#stamps).some(({ time }) => time !== undefined && Date.parse(time) >= second);
  }
}

/**
 * With what is text in it as JSON: the API server sorts the members of objects, and so may differ from the model. Marks
 * without their seals: those are of the NodePool's name.
 */
export function comparable({ mark, lastApplied, ...stored }: Stored): object {
  const remembered = lastApplied?.mark;
  return {
    ...stored,
    mark: mark === undefined ? undefined : JSON.parse(unsealed(mark)),
    lastApplied: lastApplied && {
      ...lastApplied,
      mark: typeof remembered === 'string' ? unsealed(remembered) : remembered,
    },
  };
}
