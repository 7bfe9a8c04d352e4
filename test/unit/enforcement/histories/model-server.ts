import { DECLARED_ANNOTATION } from '../../../../shared/enforcement/declared-annotation.ts';
import { nodePoolSchema, requirementsOf } from '../../../../shared/enforcement/nodepool-view.ts';
import { sameJson } from '../../../../shared/json/same-json.ts';
import { refusedByCrd } from '../../../../shared/requirements/crd-rules.ts';
import type { ImpairedSet } from '../../../../shared/zones/impaired-set.ts';
import { type Json, stored } from '../stored.ts';

/** A requirement or a budget, as JSON. */
export type Entry = Record<string, unknown> & {
  key?: string;
  operator?: string;
  values?: string[];
  minValues?: number;
};

/** What a manifest in Git says; `budgets` may be left to the CRD's default. */
export interface Manifest {
  readonly requirements: readonly Entry[];
  readonly budgets?: readonly Entry[];
  /** Our annotation, in a manifest that was exported from the cluster during a shift. */
  readonly mark?: string;
}

interface Field {
  'f:requirements'?: true;
  'f:budgets'?: true;
  'f:mark'?: true;
  'f:lastApplied'?: true;
}
interface Manager {
  operation: 'Apply' | 'Update';
  time: string;
  fields: Field;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const DEFAULT_BUDGETS: readonly Entry[] = [{ nodes: '10%' }];

/**
 * One NodePool in an API server, as far as admission can tell: what is stored, who manages which list, and what
 * kubectl remembers. It computes what each writer sends, calls the webhook's decision as the server would (twice,
 * when another webhook changed something in between), and stores the answer if the CRD accepts it.
 */
export class ModelServer {
  requirements: readonly Entry[] = [];
  budgets: readonly Entry[] = DEFAULT_BUDGETS;
  annotations: Record<string, string> = {};
  managers: Record<string, Manager> = {};
  #clock = 0;
  #exists = false;

  /** Whether another webhook changes each object after ours, so that ours is asked a second time. */
  reinvokes = true;

  /** `undefined`: the webhook is away and not asked. */
  set: ImpairedSet | undefined = { generation: 1, zones: [] };
  /** A replica that has an older set answers the next write. */
  staleSet: ImpairedSet | undefined;

  get mark(): string | undefined {
    return this.annotations[DECLARED_ANNOTATION];
  }

  object(): Json {
    return this.#objectOf(this.requirements, this.budgets, this.annotations, this.managers);
  }

  /**
   * Whether the last apply took a list of budgets away that its manifest had before: the CRD's default holds then.
   * That is how API server and kubectl work, and no decision of ours.
   */
  droppedBudgets = false;

  /** An empty patch. */
  nudge(): boolean {
    return this.#admit(this.requirements, this.budgets, this.annotations, this.managers);
  }

  /** A person or a controller who reads, changes something and writes: kubectl edit, patch, replace. */
  update(
    manager: string,
    requirements: readonly Entry[],
    budgets: readonly Entry[],
    annotations = this.annotations,
  ): boolean {
    const fields: Field = {
      ...(sameJson(requirements, this.requirements) ? {} : { 'f:requirements': true as const }),
      ...(sameJson(budgets, this.budgets) ? {} : { 'f:budgets': true as const }),
      ...(annotations[DECLARED_ANNOTATION] === this.mark || annotations[DECLARED_ANNOTATION] === undefined
        ? {}
        : { 'f:mark': true as const }),
    };
    return this.#admit(requirements, budgets, annotations, this.#managed(manager, 'Update', fields, false));
  }

  /** Client-side kubectl apply: a three-way merge of lists that are replaced whole. */
  clientApply(manifest: Manifest): boolean {
    const last = this.annotations[LAST_APPLIED];
    const before =
      last === undefined ? undefined : (JSON.parse(last) as { budgets?: unknown; mark?: unknown });
    const annotations: Record<string, string> = {
      ...this.annotations,
      [LAST_APPLIED]: lastAppliedText(manifest),
    };
    if (manifest.mark !== undefined) annotations[DECLARED_ANNOTATION] = manifest.mark;
    else if (last?.includes(DECLARED_ANNOTATION) === true) delete annotations[DECLARED_ANNOTATION];
    const dropped =
      manifest.budgets === undefined && before !== undefined && last?.includes('"budgets"') === true;
    this.droppedBudgets = dropped;
    const budgets = manifest.budgets ?? (dropped ? DEFAULT_BUDGETS : this.budgets);
    // kubectl sends nothing when its patch is empty: nobody hears of that apply.
    const nothing =
      this.#exists &&
      sameJson(annotations, this.annotations) &&
      sameJson(manifest.requirements, this.requirements) &&
      sameJson(budgets, this.budgets);
    if (nothing) return false;
    const fields: Field = {
      ...(sameJson(manifest.requirements, this.requirements) ? {} : { 'f:requirements': true as const }),
      ...(sameJson(budgets, this.budgets) ? {} : { 'f:budgets': true as const }),
      ...(manifest.mark === undefined || manifest.mark === this.mark ? {} : { 'f:mark': true as const }),
      'f:lastApplied': true,
    };
    return this.#admit(
      manifest.requirements,
      budgets,
      annotations,
      this.#managed('kubectl-client-side-apply', 'Update', fields, false),
    );
  }

  /** Server-side apply with force: the manager owns what its manifest says, and no more. */
  serverApply(manager: string, manifest: Manifest): boolean {
    const fields: Field = {
      'f:requirements': true,
      ...(manifest.budgets === undefined ? {} : { 'f:budgets': true as const }),
      ...(manifest.mark === undefined ? {} : { 'f:mark': true as const }),
    };
    const managers = this.#managed(manager, 'Apply', fields, true);
    const owned = this.managers[manager]?.fields['f:budgets'] === true;
    const othersOwn = Object.entries(managers).some(
      ([name, one]) => name !== manager && one.fields['f:budgets'],
    );
    const dropped = manifest.budgets === undefined && owned && !othersOwn;
    const annotations = { ...this.annotations };
    if (manifest.mark !== undefined) annotations[DECLARED_ANNOTATION] = manifest.mark;
    else if (
      this.managers[manager]?.fields['f:mark'] &&
      !Object.values(managers).some((one) => one.fields['f:mark'])
    ) {
      delete annotations[DECLARED_ANNOTATION];
    }
    this.droppedBudgets = dropped;
    const budgets = manifest.budgets ?? (dropped ? DEFAULT_BUDGETS : this.budgets);
    const changed =
      !sameJson(manifest.requirements, this.requirements) ||
      !sameJson(budgets, this.budgets) ||
      !sameJson(annotations, this.annotations) ||
      !sameJson(fields, this.managers[manager]?.fields);
    // An apply that changes nothing keeps its time, and is no write at all.
    if (!changed) return this.#admit(this.requirements, this.budgets, this.annotations, this.managers);
    return this.#admit(manifest.requirements, budgets, annotations, managers);
  }

  /** Ownership after a write: what the writer takes, the others lose, unless it only claims what they share. */
  #managed(
    name: string,
    operation: Manager['operation'],
    fields: Field,
    whole: boolean,
  ): Record<string, Manager> {
    this.#clock += 1;
    const managers: Record<string, Manager> = {};
    for (const [other, one] of Object.entries(this.managers)) {
      if (other === name) continue;
      const left = { ...one.fields };
      for (const field of Object.keys(fields) as (keyof Field)[]) delete left[field];
      if (Object.keys(left).length > 0) managers[other] = { ...one, fields: left };
    }
    const own = whole ? { ...fields } : { ...this.managers[name]?.fields, ...fields };
    if (Object.keys(own).length > 0) managers[name] = { operation, time: this.#time(), fields: own };
    return managers;
  }

  #time(): string {
    return new Date(Date.UTC(2026, 10, 21) + this.#clock * 1000).toISOString().replace('.000', '');
  }

  #admit(
    requirements: readonly Entry[],
    budgets: readonly Entry[],
    annotations: Record<string, string>,
    managers: Record<string, Manager>,
  ): boolean {
    // A field that is gone is nobody's.
    if (annotations[DECLARED_ANNOTATION] === undefined)
      for (const one of Object.values(managers)) delete one.fields['f:mark'];
    const incoming = this.#objectOf(requirements, budgets, annotations, managers);
    const old = this.#exists ? this.object() : undefined;
    const set = this.staleSet ?? this.set;
    this.staleSet = undefined;
    let final = incoming;
    if (set !== undefined) {
      final = stored(incoming, old, set).object;
      // Another webhook changed something that is not ours: ours is called again on the result.
      if (this.reinvokes) final = stored(final, old, set).object;
    }
    const view = nodePoolSchema.parse(final);
    if (refusedByCrd(requirementsOf(view)) !== undefined) return false;
    // What differs in nothing but a manager's time is no write (apiserver, fieldmanager, ignored timestamps).
    const timeOnly = old !== undefined && sameJson(withoutTimes(final), withoutTimes(old));
    if (timeOnly) return true;
    this.#exists = true;
    this.requirements = requirementsOf(view) as readonly Entry[];
    this.budgets = (view.spec.disruption?.budgets ?? DEFAULT_BUDGETS) as readonly Entry[];
    this.annotations = { ...view.metadata.annotations };
    this.managers = managers;
    return true;
  }

  #objectOf(
    requirements: readonly Entry[],
    budgets: readonly Entry[],
    annotations: Record<string, string>,
    managers: Record<string, Manager>,
  ): Json {
    return structuredClone({
      metadata: {
        name: 'p',
        ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
        managedFields: Object.entries(managers).map(([manager, { operation, time, fields }]) => ({
          manager,
          operation,
          time,
          fieldsV1: fieldsV1(fields),
        })),
      },
      spec: { template: { spec: { requirements } }, disruption: { consolidateAfter: '0s', budgets } },
    }) as Json;
  }
}

function lastAppliedText({ requirements, budgets, mark }: Manifest): string {
  return JSON.stringify({
    metadata: { name: 'p', annotations: mark === undefined ? {} : { [DECLARED_ANNOTATION]: mark } },
    spec: {
      template: { spec: { requirements } },
      ...(budgets === undefined ? {} : { disruption: { budgets } }),
    },
  });
}

function fieldsV1(fields: Field): Json {
  const annotations = {
    ...(fields['f:mark'] ? { [`f:${DECLARED_ANNOTATION}`]: {} } : {}),
    ...(fields['f:lastApplied'] ? { [`f:${LAST_APPLIED}`]: {} } : {}),
  };
  return {
    ...(Object.keys(annotations).length > 0 ? { 'f:metadata': { 'f:annotations': annotations } } : {}),
    'f:spec': {
      ...(fields['f:requirements'] ? { 'f:template': { 'f:spec': { 'f:requirements': {} } } } : {}),
      ...(fields['f:budgets'] ? { 'f:disruption': { 'f:budgets': {} } } : {}),
    },
  };
}

function withoutTimes(object: Json): unknown {
  return JSON.parse(JSON.stringify(object, (key, value: unknown) => (key === 'time' ? undefined : value)));
}
