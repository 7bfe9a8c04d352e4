import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OrderedZone, Orders } from '../../../shared/record/orders.ts';
import { planCordon } from '../../../shared/standstill/plan-cordon.ts';
import { planHold } from '../../../shared/standstill/plan-hold.ts';
import { HOLDING_ANNOTATIONS } from '../../../shared/views/holding-annotations.ts';
import { AZ1, AZ2, apply, NodesInMemory, setOf, zone } from './nodes-in-memory.ts';

/** People, shifts and a watcher that is killed, in any order. What people do goes by `kubectl`. */
type Step =
  | { readonly do: 'shift'; readonly zone: 0 | 1; readonly state: OrderedZone['state'] | 'gone' }
  | { readonly do: 'kubectl'; readonly node: number }
  | {
      readonly do: 'annotate';
      readonly node: number;
      readonly nth: 0 | 1;
      readonly value: string | undefined;
    }
  | { readonly do: 'join'; readonly zone: 0 | 1; readonly cordoned: boolean }
  | { readonly do: 'look' }
  | ({ readonly do: 'work'; readonly actions: number } & Settings);

interface Settings {
  readonly released: boolean;
  readonly cordon: boolean;
  /** Whether the Nodes of the NodePool are held. */
  readonly held: boolean;
}

/** Few, so that much happens to each. */
const NODES = 3;

const ZONES = [AZ1, AZ2] as const;
const zoneIndex = fc.constantFrom<0 | 1>(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('shift' as const),
    zone: zoneIndex,
    state: fc.constantFrom('impaired' as const, 'recovering' as const, 'gone' as const),
  }),
  fc.record({ do: fc.constant('kubectl' as const), node: fc.nat(NODES - 1) }),
  fc.record({
    do: fc.constant('annotate' as const),
    node: fc.nat(NODES - 1),
    nth: zoneIndex,
    value: fc.constantFrom('true', 'false', undefined),
  }),
  fc.record({ do: fc.constant('join' as const), zone: zoneIndex, cordoned: fc.boolean() }),
  fc.record({ do: fc.constant('look' as const) }),
  fc.record({
    do: fc.constant('work' as const),
    // Killed after so many writes; most often it gets through.
    actions: fc.oneof(fc.nat(2), fc.constant(Number.POSITIVE_INFINITY)),
    released: fc.boolean(),
    cordon: fc.constantFrom(true, true, true, false),
    held: fc.constantFrom(true, true, true, false),
  }),
);

class History {
  readonly nodes = new NodesInMemory();
  /** As people left each Node; a `kubectl cordon` of a cordoned Node sends nothing, and says nothing. */
  readonly left = new Map<string, boolean>();
  /** As people left the annotations that hold a Node. */
  readonly annotated = new Map<string, Record<string, string>>();
  #set: Orders = setOf(0);
  /** What the watcher last saw, which may be old. */
  #seen = this.nodes.views();
  #seenSet = this.#set;

  async play(one: Step): Promise<void> {
    if (one.do === 'shift') this.#shift(ZONES[one.zone], one.state);
    else if (one.do === 'kubectl') this.#kubectl(one.node);
    else if (one.do === 'annotate') this.#annotate(one);
    else if (one.do === 'join') this.#join(ZONES[one.zone], one.cordoned);
    else if (one.do === 'look') this.#look();
    else await this.#work(one.actions, one);
  }

  async end(): Promise<void> {
    this.#set = setOf(this.#set.generation + 1);
    // Uncordon and release are writes of their own.
    for (let writes = 0; writes < 2; writes += 1) {
      this.#look();
      await this.#work(Number.POSITIVE_INFINITY, { released: true, cordon: true, held: true });
    }
  }

  #shift(at: (typeof ZONES)[number], state: OrderedZone['state'] | 'gone'): void {
    const others = this.#set.zones.filter(({ id }) => id !== at.id);
    const zones = state === 'gone' ? others : [...others, zone(state, at)];
    this.#set = setOf(this.#set.generation + 1, ...zones);
  }

  /** Cordons what is not, and uncordons what is: anything else sends nothing. */
  #kubectl(node: number): void {
    const name = this.nodes.names()[node];
    if (name === undefined) return;
    const unschedulable = !this.nodes.state(name).unschedulable;
    this.nodes.kubectl(unschedulable, name);
    this.left.set(name, unschedulable);
  }

  /** Sets what is not so, or takes it away: anything else sends nothing. */
  #annotate({ node, nth, value }: Extract<Step, { do: 'annotate' }>): void {
    const name = this.nodes.names()[node];
    const key = HOLDING_ANNOTATIONS[nth];
    if (name === undefined || this.nodes.annotations(name)[key] === value) return;
    this.nodes.annotate(name, key, value);
    const { [key]: _before, ...others } = this.annotated.get(name) ?? {};
    this.annotated.set(name, value === undefined ? others : { ...others, [key]: value });
  }

  #join(at: (typeof ZONES)[number], cordoned: boolean): void {
    if (this.nodes.names().length >= NODES) return;
    const name = `node-${this.nodes.names().length}`;
    const labels = {
      'topology.k8s.aws/zone-id': at.id,
      'topology.kubernetes.io/zone': at.name,
      'karpenter.sh/nodepool': 'web',
    };
    this.nodes.join(name, labels, cordoned ? 'kubelet' : undefined);
    this.left.set(name, cordoned);
  }

  #look(): void {
    this.#seen = this.nodes.views();
    this.#seenSet = this.#set;
  }

  async #work(most: number, settings: Settings): Promise<void> {
    const pools = { exemptPools: new Set<string>(), heldPools: new Set(settings.held ? ['web'] : []) };
    const planned = { ...settings, ...pools };
    const actions = plan(this.#seen, this.#seenSet, planned);
    const results: string[] = [];
    for (const action of actions.slice(0, most)) {
      const { mark, unschedulable } = action.node;
      if (action.kind === 'cordon') expect([mark, unschedulable]).toEqual([undefined, false]);
      const before = this.nodes.views().find(({ name }) => name === action.node.name);
      const result = await apply(this.nodes, action);
      // What is written is what was looked at.
      if (result === 'done') expect(before).toEqual(action.node);
      results.push(result);
    }
    if (most < actions.length || results.includes('conflict')) return;
    // What was done is as planned: nothing is left to do.
    const written = new Set(actions.map(({ node }) => node.name));
    const after = this.nodes.views().filter(({ name }) => written.has(name));
    const left = plan(after, this.#seenSet, planned);
    // Each Node is written once at a time.
    expect(left.filter(({ kind }) => kind !== 'hold' && kind !== 'release')).toEqual([]);
  }
}

/** As the watcher does it: each Node is written once at a time. */
function plan(...[nodes, set, settings]: Parameters<typeof planHold>) {
  const cordons = planCordon(nodes, set, { ...settings, exemptPools: new Set() });
  const written = new Set(cordons.map(({ node }) => node.name));
  return [...cordons, ...planHold(nodes, set, settings).filter(({ node }) => !written.has(node.name))];
}

it('whatever people, shifts and crashes do, at the end no mark is left and each Node is as people left it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const history = new History();
      for (const one of steps) await history.play(one);
      await history.end();
      const { nodes, annotated } = history;
      const states = nodes.names().map((name) => [name, nodes.state(name), nodes.annotations(name)]);
      const expected = [...history.left].map(([name, unschedulable]) => [
        name,
        { unschedulable, mark: undefined },
        annotated.get(name) ?? {},
      ]);
      expect(states).toEqual(expected);
    }),
    { numRuns: 2000, seed: 20261121 },
  );
});

it('a history can cordon and hold, and take back both', async () => {
  const history = new History();
  await history.play({ do: 'join', zone: 0, cordoned: false });
  await history.play({ do: 'shift', zone: 0, state: 'impaired' });
  for (let writes = 0; writes < 2; writes += 1) {
    await history.play({ do: 'look' });
    const settings = { released: true, cordon: true, held: true };
    await history.play({ do: 'work', actions: Number.POSITIVE_INFINITY, ...settings });
  }
  expect(history.nodes.state('node-0')).toEqual({ unschedulable: true, mark: AZ1.id });
  expect(history.nodes.annotations('node-0')).toMatchObject({ [HOLDING_ANNOTATIONS[0]]: 'true' });
  await history.end();
  expect(history.nodes.state('node-0')).toEqual({ unschedulable: false, mark: undefined });
});
