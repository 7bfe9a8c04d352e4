import { sameJson } from '../../../../shared/json/same-json.ts';
import { zoneDimensionOf } from '../../../../shared/record/zone-keys.ts';
import type { Entry, Manifest } from './model-content.ts';

/**
 * What the owners of a NodePool mean, written down from their intentions and not from what is stored. It knows
 * nothing of annotations, pruning or freezes: each writer tells it directly.
 */
export class Oracle {
  requirements: readonly Entry[] = [];
  budgets: readonly Entry[] = [{ nodes: '10%' }];
  /** Edits say which values they add and remove, not where hidden ones belong: their order is then left open. */
  orderMatters = true;

  declare(manifest: Pick<Manifest, 'requirements'>, budgets: readonly Entry[]): void {
    this.requirements = manifest.requirements;
    this.budgets = budgets;
    this.orderMatters = true;
  }

  /** The n-th list of zones gets a value, or loses one that its editor could see. */
  editList(nth: number, edit: { add?: string; remove?: string }): void {
    this.orderMatters = false;
    this.#replaceList(nth, (entry) => {
      const values = (entry.values ?? []).filter((value) => value !== edit.remove);
      const added = edit.add !== undefined && !values.includes(edit.add) ? [edit.add] : [];
      const left = [...values, ...added];
      // Whoever removes a value has to lower minValues with it, or the CRD refuses.
      const minValues =
        entry.minValues === undefined ? {} : { minValues: Math.min(entry.minValues, left.length) };
      return { ...entry, values: left, ...minValues };
    });
  }

  removeList(nth: number): void {
    this.#replaceList(nth, () => undefined);
  }

  append(entry: Entry): void {
    this.requirements = [...this.requirements, entry];
  }

  setBudgets(budgets: readonly Entry[]): void {
    this.budgets = budgets;
  }

  agreesWith(requirements: readonly Entry[], budgets: readonly Entry[]): boolean {
    if (!sameJson(this.budgets, budgets)) return false;
    if (this.orderMatters) return sameJson(this.requirements, requirements);
    return sameJson(this.requirements.map(withoutOrder), requirements.map(withoutOrder));
  }

  #replaceList(nth: number, change: (entry: Entry) => Entry | undefined): void {
    let seen = -1;
    this.requirements = this.requirements.flatMap((entry) => {
      if (!isZoneList(entry)) return [entry];
      seen += 1;
      const next = seen === nth ? change(entry) : entry;
      return next === undefined ? [] : [next];
    });
  }
}

export function isZoneList(entry: Entry): boolean {
  return entry.operator === 'In' && zoneDimensionOf(String(entry.key)) !== undefined;
}

function withoutOrder(entry: Entry): Entry {
  return entry.values === undefined ? entry : { ...entry, values: [...entry.values].sort() };
}
