import { DECLARED_ANNOTATION } from '../../../../shared/enforcement/declared-annotation.ts';
import { sameJson } from '../../../../shared/json/same-json.ts';
import type { Orders } from '../../../../shared/record/orders.ts';
import { refusedByCrd } from '../../../../shared/requirements/crd-rules.ts';
import { nodePoolSchema, requirementsOf } from '../../../../shared/views/node-pool.ts';
import { SCENE } from '../mark-keys.ts';
import { type Json, stored } from '../stored.ts';
import {
  type Content,
  changeBetween,
  DEFAULT_BUDGETS,
  type Entry,
  fieldsIn,
  lastAppliedIn,
  lastAppliedText,
  type Manifest,
  withAnnotation,
} from './model-content.ts';
import {
  afterApply,
  afterMigration,
  afterUpdate,
  droppedBy,
  LAST_APPLIED,
  type Managers,
  managedFieldsOf,
} from './model-managers.ts';

/** Who edits: by kubectl edit, which sends nothing where nothing changed, or by kubectl replace. */
export type Editor = 'kubectl-edit' | 'kubectl-replace';

/** Argo CD applies with kubectl's code; Flux sends one request, and so does everybody else. */
export const APPLIES_AS_KUBECTL = 'argocd';

/**
 * One NodePool in an API server, as far as admission can tell: what is stored, who manages which list, and what
 * kubectl remembers. It computes what each writer sends, calls the webhook's decision as the server would (twice,
 * when another webhook changed something in between), and stores the answer if the CRD accepts it.
 * test/cluster/histories replays histories on a real API server and compares after each write.
 */
export class ModelServer {
  requirements: readonly Entry[] = [];
  budgets: readonly Entry[] = DEFAULT_BUDGETS;
  annotations: Readonly<Record<string, string>> = {};
  label: string | undefined;
  managers: Managers = {};
  #writes = 0;
  #exists = false;

  /** Whether another webhook changes each object after ours, so that ours is asked a second time. */
  reinvokes = true;

  /** Whether all writes come within one second, which is all that managedFields tell of the time. */
  quick = false;

  /** `undefined`: the webhook is away and does nothing. */
  set: Orders | undefined = { generation: 1, zones: [] };
  /** A replica that has an older set answers the next write. */
  staleSet: Orders | undefined;

  /**
   * Whether the last apply took a list of budgets away that its manifest had before: the CRD's default holds then.
   * That is how API server and kubectl work, and no decision of ours.
   */
  droppedBudgets = false;

  /** How often our webhook was asked so far, or would have been while it was away. */
  asked = 0;

  get mark(): string | undefined {
    return this.annotations[DECLARED_ANNOTATION];
  }

  object(): Json {
    return objectOf(this, this.managers);
  }

  /** An empty patch. */
  nudge(): boolean {
    return this.#admit(undefined, this, this.managers);
  }

  /** A write that changes neither of the lists. */
  touch(): boolean {
    const { requirements, budgets, annotations } = this;
    const label = String(this.#writes);
    return this.#update('kubectl-label', { requirements, budgets, annotations, label });
  }

  /** kubectl create. */
  create(manifest: Manifest): boolean {
    const { requirements, budgets = DEFAULT_BUDGETS, mark } = manifest;
    return this.#update('kubectl-create', {
      requirements,
      budgets,
      annotations: withAnnotation({}, DECLARED_ANNOTATION, mark),
      label: undefined,
    });
  }

  /** A person who reads, changes something and writes. */
  edit(editor: Editor, change: Partial<Content>): boolean {
    const { requirements, budgets, annotations, label } = this;
    const after = { requirements, budgets, annotations, label, ...change };
    if (editor === 'kubectl-replace') return this.#update(editor, withLastApplied(after));
    const { changed, removed } = changeBetween(this, after);
    return changed.length + removed.length > 0 && this.#update(editor, after);
  }

  /** Client-side kubectl apply: a three-way merge of lists that are replaced whole. */
  clientApply(manifest: Manifest): boolean {
    const last = lastAppliedIn(this.annotations);
    this.droppedBudgets = manifest.budgets === undefined && last?.budgets !== undefined;
    const mark = manifest.mark ?? (last?.mark === undefined ? this.mark : undefined);
    const after = {
      requirements: manifest.requirements,
      budgets: manifest.budgets ?? (this.droppedBudgets ? DEFAULT_BUDGETS : this.budgets),
      annotations: {
        ...withAnnotation(this.annotations, DECLARED_ANNOTATION, mark),
        [LAST_APPLIED]: lastAppliedText(manifest),
      },
      label: last?.hasLabel === true ? undefined : this.label,
    };
    // kubectl sends nothing when its patch is empty: nobody hears of that apply.
    if (this.#exists && changeBetween(this, after).changed.length === 0) return false;
    return this.#update('kubectl-client-side-apply', after);
  }

  /** Server-side apply with force: the manager owns what its manifest says, and no more. */
  serverApply(manager: string, manifest: Manifest): boolean {
    this.droppedBudgets = false;
    this.#writes += 1;
    if (!this.#apply(manager, manifest)) return false;
    const migrated = manager === APPLIES_AS_KUBECTL ? afterMigration(this.managers, manager) : undefined;
    if (migrated === undefined) return true;
    return this.#admit(manager, this, migrated) && this.#apply(manager, manifest);
  }

  #apply(manager: string, manifest: Manifest): boolean {
    const fields = fieldsIn(manifest);
    const dropped = droppedBy(this.managers, manager, fields);
    this.droppedBudgets ||= dropped.includes('budgets');
    let annotations = this.annotations;
    if (dropped.includes('lastApplied')) annotations = withAnnotation(annotations, LAST_APPLIED, undefined);
    if (manifest.mark !== undefined || dropped.includes('mark')) {
      annotations = withAnnotation(annotations, DECLARED_ANNOTATION, manifest.mark);
    }
    const after = {
      requirements: manifest.requirements,
      budgets: manifest.budgets ?? (dropped.includes('budgets') ? DEFAULT_BUDGETS : this.budgets),
      annotations,
      label: this.label,
    };
    const between = changeBetween(this.#exists ? this : undefined, after);
    // Defaults are filled in after ownership is settled: those that an apply brings about are nobody's.
    const changed = between.changed.filter((field) => fields.includes(field));
    const change = { changed, removed: [...between.removed, ...dropped] };
    return this.#admit(manager, after, afterApply(this.managers, manager, fields, change, this.#now));
  }

  #update(manager: string, after: Content): boolean {
    this.#writes += 1;
    const change = changeBetween(this.#exists ? this : undefined, after);
    return this.#admit(manager, after, afterUpdate(this.managers, manager, change, this.#now));
  }

  get #now(): number {
    return this.quick ? 0 : this.#writes;
  }

  #admit(writer: string | undefined, content: Content, managers: Managers): boolean {
    const incoming = objectOf(content, managers);
    const old = this.#exists ? this.object() : undefined;
    const set = this.staleSet ?? this.set;
    this.staleSet = undefined;
    let final = incoming;
    // Another webhook changed something that is not ours: ours is called again on the result.
    for (let call = 0; call < (this.reinvokes ? 2 : 1); call += 1) {
      this.asked += 1;
      if (set !== undefined) final = stored(final, old, set, SCENE, writer).object;
    }
    const view = nodePoolSchema.parse(final);
    if (refusedByCrd(requirementsOf(view)) !== undefined) return false;
    // What differs in nothing but a manager's time is no write (apiserver, fieldmanager, ignored timestamps), where the
    // order of managers is still the same and no other webhook changed something.
    const timeOnly = old !== undefined && !this.reinvokes && sameJson(withoutTimes(final), withoutTimes(old));
    if (timeOnly) return true;
    this.#exists = true;
    this.requirements = requirementsOf(view) as readonly Entry[];
    this.budgets = (view.spec.disruption?.budgets ?? DEFAULT_BUDGETS) as readonly Entry[];
    this.annotations = { ...view.metadata.annotations };
    this.label = content.label;
    this.managers = managers;
    return true;
  }
}

/** Where there is a last-applied, kubectl replace keeps it: as if what it writes had been applied. */
function withLastApplied(content: Content): Content {
  const { requirements, budgets, annotations, label } = content;
  if (annotations[LAST_APPLIED] === undefined) return content;
  const mark = annotations[DECLARED_ANNOTATION];
  const text = lastAppliedText({ requirements, budgets, ...(mark === undefined ? {} : { mark }) }, label);
  return { ...content, annotations: withAnnotation(annotations, LAST_APPLIED, text) };
}

function objectOf({ requirements, budgets, annotations, label }: Content, managers: Managers): Json {
  return structuredClone({
    metadata: {
      name: 'p',
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ...(label === undefined ? {} : { labels: { touched: label } }),
      managedFields: managedFieldsOf(managers),
    },
    spec: { template: { spec: { requirements } }, disruption: { consolidateAfter: '0s', budgets } },
  }) as Json;
}

function withoutTimes(object: Json): unknown {
  return JSON.parse(JSON.stringify(object, (key, value: unknown) => (key === 'time' ? undefined : value)));
}
