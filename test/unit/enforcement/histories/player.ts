import { DECLARED_ANNOTATION, decodeDeclared } from '../../../../shared/enforcement/declared-annotation.ts';
import { standsAsStored } from '../../../../shared/enforcement/strip-requirements.ts';
import { sameJson } from '../../../../shared/json/same-json.ts';
import type { Orders } from '../../../../shared/record/orders.ts';
import { zoneDimensionOf } from '../../../../shared/record/zone-keys.ts';
import type { Requirement } from '../../../../shared/requirements/requirement.ts';
import { type Content, type Entry, type Manifest, withAnnotation } from './model-content.ts';
import { type Editor, ModelServer } from './model-server.ts';
import { isZoneList, Oracle } from './oracle.ts';
import { type History, IDS, NAMES, type Step } from './steps.ts';

/** Plays a history on the model server and tells the oracle what each writer meant. */
export class Player {
  readonly server: ModelServer;
  readonly oracle = new Oracle();
  #manifest: { how: 'clientApply' | 'serverApply'; manager: string; manifest: Manifest } | undefined;
  #previous: Orders = { generation: 0, zones: [] };

  /** @param server for a history whose writes are also looked at */
  constructor(server = new ModelServer()) {
    this.server = server;
  }

  begin({ first, how, reinvokes, quick = false }: History): void {
    this.server.quick = quick;
    this.server.reinvokes = reinvokes;
    if (how === 'create') {
      this.server.create(first);
      this.oracle.declare(first, first.budgets ?? this.oracle.budgets);
    } else this.#apply(how, 'argocd', first);
  }

  /** @param now the step; its effect on the oracle happens only where the API server took the write */
  play(now: Step): void {
    // Known limit: with a second look, nothing tells server-side apply of what we stored from our own output.
    if (this.server.reinvokes && now.do === 'serverApply') return;
    switch (now.do) {
      case 'clientApply':
      case 'serverApply':
        this.#apply(now.do, now.manager, now.manifest);
        return;
      case 'reapply':
        if (this.#manifest !== undefined)
          this.#apply(this.#manifest.how, this.#manifest.manager, this.#manifest.manifest);
        return;
      case 'editList':
        this.#editList(now);
        return;
      case 'removeList':
        if (this.#isAmbiguous(now.nth)) return;
        this.#edit(
          { requirements: this.#withList(now.nth, () => undefined) },
          () => this.oracle.removeList(now.nth),
          now.by,
        );
        return;
      case 'appendRefusal': {
        const added = { key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: [now.value] };
        // What is stored already and is added again, by somebody who may see ours, can't be told apart either.
        if (this.server.requirements.some((entry) => sameJson(entry, added))) return;
        this.#edit({ requirements: [...this.server.requirements, added] }, () => this.oracle.append(added));
        return;
      }
      case 'addBudget':
        this.#edit(
          { budgets: [now.budget, ...this.server.budgets] },
          () => this.oracle.setBudgets([now.budget, ...this.oracle.budgets]),
          'kubectl-replace',
        );
        return;
      case 'touch':
        this.server.touch();
        return;
      case 'tamper':
        this.#tamper(now.what);
        return;
      case 'shift':
        this.#shift(now);
        return;
      case 'staleReplica':
        this.server.staleSet = this.#previous;
        this.server.nudge();
        return;
      case 'nudge':
        this.server.nudge();
        return;
      case 'away':
        this.#previous = this.server.set ?? this.#previous;
        this.server.set = undefined;
        return;
      case 'back':
        this.server.set ??= this.#previous;
        this.server.nudge();
        return;
    }
  }

  /** The set of a time when no zone is impaired any more. */
  get nothingImpaired(): Orders {
    return { generation: (this.server.set ?? this.#previous).generation + 1, zones: [] };
  }

  #apply(how: 'clientApply' | 'serverApply', manager: string, manifest: Manifest): void {
    if (how === 'serverApply' ? this.#saysNothing(manifest) : this.#isUnheard(manifest)) return;
    const took =
      how === 'clientApply' ? this.server.clientApply(manifest) : this.server.serverApply(manager, manifest);
    if (!took) return;
    this.#manifest = { how, manager, manifest };
    this.oracle.declare(
      manifest,
      manifest.budgets ?? (this.server.droppedBudgets ? [{ nodes: '10%' }] : this.oracle.budgets),
    );
  }

  /**
   * The known limits of server-side apply: a list in which all that we put into it stands can't be told from our own
   * second look at it, unless the applier owns the budgets and ours have no freeze in them; nor can budgets that end
   * in a freeze like ours.
   */
  #saysNothing({ requirements, budgets }: Manifest): boolean {
    const marks = decodeDeclared(this.server.mark);
    if (marks === undefined) return false;
    if (budgets !== undefined && sameJson(budgets, this.server.budgets)) return true;
    // Known limit within one second: where the list is what is stored already, only a new time could tell.
    if (this.server.quick && sameJson(requirements, this.server.requirements)) return true;
    if (!standsAsStored(requirements as readonly Requirement[], marks)) return false;
    if (budgets === undefined || marks.budgets === undefined) return true;
    return budgets.some((budget) => sameJson(budget, { nodes: '0' }));
  }

  /**
   * The known limit of client-side apply: the same manifest again, whose list is what is stored while more is
   * declared (a person added a zone that is hidden now). kubectl sends no list then, and nobody hears of it.
   */
  #isUnheard(manifest: Manifest): boolean {
    const again = this.#manifest?.how === 'clientApply' && sameJson(this.#manifest.manifest, manifest);
    return (
      again && this.server.mark !== undefined && sameJson(manifest.requirements, this.server.requirements)
    );
  }

  #editList({ nth, add, remove, by }: Extract<Step, { do: 'editList' }>): void {
    const target = this.server.requirements.filter(isZoneList)[nth];
    if (target === undefined || this.#isAmbiguous(nth)) return;
    const value = add === undefined ? target.values?.[remove ?? 0] : inDimensionOf(target, add);
    if (value === undefined) return;
    if (add !== undefined && target.values?.includes(value)) return;
    const values =
      add === undefined ? target.values?.filter((one) => one !== value) : [...(target.values ?? []), value];
    this.#edit(
      { requirements: this.#withList(nth, (entry) => ({ ...entry, values: values ?? [] })) },
      () => this.oracle.editList(nth, add === undefined ? { remove: value } : { add: value }),
      by,
    );
  }

  #withList(nth: number, change: (entry: Entry) => Entry | undefined): Entry[] {
    let seen = -1;
    return this.server.requirements.flatMap((entry) => {
      if (!isZoneList(entry)) return [entry];
      seen += 1;
      const next = seen === nth ? change(entry) : entry;
      return next === undefined ? [] : [next];
    });
  }

  /** Two entries that are stored alike can't be told apart, by us or by whoever edits one of them. */
  #isAmbiguous(nth: number): boolean {
    const target = this.server.requirements.filter(isZoneList)[nth];
    return this.server.requirements.filter((entry) => sameJson(entry, target)).length > 1;
  }

  #edit(change: Partial<Content>, meant: () => void, editor: Editor = 'kubectl-edit'): void {
    if (this.server.edit(editor, change)) meant();
  }

  /** Somebody takes our marks away: that says nothing about what they declare. */
  #tamper(what: 'annotation' | 'freeze' | 'both' | 'not-in'): void {
    const { server, oracle } = this;
    if (server.mark === undefined) return;
    const annotations =
      what === 'annotation' || what === 'both'
        ? withAnnotation(server.annotations, DECLARED_ANNOTATION, undefined)
        : server.annotations;
    const frozen = server.budgets.length > oracle.budgets.length;
    const budgets =
      what !== 'annotation' && what !== 'not-in' && frozen ? server.budgets.slice(0, -1) : server.budgets;
    const added = server.requirements.length > oracle.requirements.length;
    const requirements = what === 'not-in' && added ? server.requirements.slice(0, -1) : server.requirements;
    server.edit('kubectl-edit', { requirements, budgets, annotations });
  }

  #shift({ zones, named, thawed, nudge }: Extract<Step, { do: 'shift' }>): void {
    this.#previous = this.server.set ?? this.#previous;
    this.server.set = {
      generation: this.#previous.generation + 1,
      zones: IDS.flatMap((id, index) => {
        const state = zones[index];
        if (state === undefined || state === 'healthy') return [];
        const name = named[index] ? NAMES[index] : undefined;
        const order = thawed?.[index] ? { thawed: 'all' as const } : {};
        return [{ id, ...(name === undefined ? {} : { name }), state, sources: [], ...order }];
      }),
    };
    if (nudge) this.server.nudge();
  }
}

function inDimensionOf(entry: Entry, name: string): string | undefined {
  return zoneDimensionOf(String(entry.key)) === 'id' ? IDS[NAMES.indexOf(name)] : name;
}
