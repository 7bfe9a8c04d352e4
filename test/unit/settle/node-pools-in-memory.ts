import jsonpatch from 'fast-json-patch';
import { enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import type { KubeClient, KubeObject, KubePatch } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { Orders } from '../../../shared/record/orders.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { type PoolView, readPool } from '../../../shared/views/pool-view.ts';

export const SETTINGS = DEFAULT_ENFORCEMENT;

const ZONE_IDS: Readonly<Record<string, string>> = { 'us-east-1a': 'use1-az1', 'us-east-1b': 'use1-az2' };

/** A set with these zones impaired; `use1-az1` (us-east-1a) unless others are given. */
export function away(generation: number, ...names: readonly string[]): Orders {
  const sources = [{ id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' }];
  const zones = (names.length === 0 ? ['us-east-1a'] : names).map(
    (name) => ({ id: ZONE_IDS[name] ?? name, name, state: 'impaired', sources }) as const,
  );
  return { generation, zones };
}

export function nodePool(name: string, zones: readonly string[] = ['us-east-1a', 'us-east-1b']): KubeObject {
  const requirements = [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: zones }];
  return { metadata: { name, uid: `uid-${name}` }, spec: { template: { spec: { requirements } } } };
}

/** NodePools behind an API server with our webhook, whose set may be older than the settler's, or not there at all. */
export class NodePoolsInMemory implements Pick<KubeClient, 'patch'> {
  readonly nudged: string[] = [];
  /** The set that the webhook enforces; `undefined` while it is away and writes pass it by. */
  webhook: Orders | undefined;
  inFlight = 0;
  mostInFlight = 0;
  readonly #stored = new Map<string, KubeObject>();
  /** Comes before the answer to a nudge: may wait, throw, or change something. */
  before: (name: string, nudges: number) => void | Promise<void> = () => undefined;

  constructor(pools: readonly KubeObject[], webhook?: Orders) {
    for (const pool of pools) this.put(pool);
    this.webhook = webhook;
  }

  put(pool: KubeObject): void {
    this.#stored.set(pool.metadata.name ?? '', structuredClone(pool));
  }

  remove(name: string): void {
    this.#stored.delete(name);
  }

  /** All NodePools, as a cache that is up to date shows them. */
  views(): PoolView[] {
    return [...this.#stored.values()].map(readPool);
  }

  zonesOf(name: string): readonly string[] {
    const view = nodePoolSchema.parse(this.#stored.get(name));
    return view.spec.template.spec.requirements?.flatMap(({ values }) => values ?? []) ?? [];
  }

  async patch(_type: unknown, at: { name: string }, patch: KubePatch): Promise<KubeObject> {
    if (patch.kind !== 'merge' || JSON.stringify(patch.body) !== '{}') throw new Error('this is no nudge');
    this.nudged.push(at.name);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      await this.before(at.name, this.nudged.filter((name) => name === at.name).length);
      return this.#admit(at.name);
    } finally {
      this.inFlight -= 1;
    }
  }

  #admit(name: string): KubeObject {
    const stored = this.#stored.get(name);
    if (stored === undefined) throw new KubeError('kube.not-found', `patch ${name}`);
    if (this.webhook === undefined) return structuredClone(stored);
    const view = nodePoolSchema.parse(stored);
    const { patch } = enforceNodePool(view, view, this.webhook, SETTINGS);
    const operations = structuredClone(patch) as jsonpatch.Operation[];
    const after = jsonpatch.applyPatch(structuredClone(stored), operations, true).newDocument;
    this.put(after);
    return structuredClone(after);
  }
}
