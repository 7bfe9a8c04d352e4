import { z } from 'zod';
import type { KubeClient } from '../../shared/kube/client.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import {
  createListWatch,
  type ListWatchProblem,
  type ListWatchTuning,
} from '../../shared/kube/list-watch.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ZonePlace } from './used-zones.ts';

/** The zones of the subnets that EC2NodeClasses select. */
export interface NodeClassZones {
  start(): void;
  stop(): Promise<void>;
  /** Resolves when the EC2NodeClasses were read, or the API server has no such kind, or the signal aborts. */
  known(signal: AbortSignal): Promise<void>;
  /**
   * The subnets of all EC2NodeClasses that exist now; `undefined` while they are not known of each. A place without ID and
   * name stands for an EC2NodeClass for which Karpenter finds no subnet, or for there being none.
   */
  subnets(): readonly ZonePlace[] | undefined;
}

/** What is read of an EC2NodeClass (aws pkg/apis/v1/ec2nodeclass_status.go). */
const nodeClassSchema = z.object({
  status: z
    .object({
      subnets: z.array(z.object({ zone: z.string().nullish(), zoneID: z.string().nullish() })).nullish(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
    })
    .nullish(),
});

/** New nodes may come up in zones of which nothing is told. */
const SOMEWHERE: ZonePlace = { zoneId: undefined, zoneName: undefined };

interface NodeClassView {
  readonly name: string;
  readonly subnets: readonly ZonePlace[];
  /** Karpenter has looked for its subnets. */
  readonly looked: boolean;
}

/**
 * Watches the EC2NodeClasses, which is what Karpenter itself goes by. One that had subnets and has none any more counts
 * with those that it had for as long as it exists: a selector that matches nothing is a slip, and must not make the
 * guard give back a zone that is impaired.
 */
export function createNodeClassZones(options: {
  readonly client: KubeClient;
  /** An EC2NodeClass is new or has changed. */
  onSubnets(name: string, subnets: readonly ZonePlace[]): void;
  onProblem(problem: ListWatchProblem): void;
  readonly tuning?: ListWatchTuning | undefined;
}): NodeClassZones {
  const held = new Map<string, NodeClassView>();
  const absent = new AbsentKind();
  const watch = createListWatch({
    client: options.client,
    type: resources.ec2NodeClasses,
    // One that cannot be read exists: what is known of its zones is not all.
    parse: (object) => viewOf(object, options.onProblem),
    handlers: {
      onSet(view) {
        const before = held.get(view.name);
        const keeps = view.subnets.length === 0 && before !== undefined && before.subnets.length > 0;
        if (!keeps) held.set(view.name, view);
        options.onSubnets(view.name, view.subnets);
      },
      onDelete: ({ name }) => void held.delete(name),
    },
    onProblem(problem) {
      // Told once: on EKS Auto Mode the kind is never there, and the list fails each 30 s for ever.
      if (!absent.sees(problem)) options.onProblem(problem);
    },
    tuning: options.tuning,
  });
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    known: (signal) => Promise.race([watch.whenSynced(signal).catch(() => undefined), absent.told]),
    subnets() {
      const classes = [...held.values()];
      const known = watch.synced ? classes.every(isKnown) : absent.isSo;
      if (!known) return undefined;
      if (classes.length === 0) return [SOMEWHERE];
      return classes.flatMap(({ subnets }) => (subnets.length === 0 ? [SOMEWHERE] : subnets));
    },
  };
}

/** Whether the API server said that there is no such kind, in place of a first list. */
class AbsentKind {
  readonly #latch = Promise.withResolvers<void>();
  readonly told = this.#latch.promise;
  isSo = false;

  /** Whether the problem is no news. */
  sees({ kind, error }: ListWatchProblem): boolean {
    if (kind !== 'list' || !(error instanceof KubeError) || error.code !== 'kube.not-found') return false;
    const again = this.isSo;
    this.isSo = true;
    this.#latch.resolve();
    return again;
  }
}

/**
 * Karpenter says `SubnetsReady` is False after it found none (aws pkg/controllers/nodeclass/subnet.go); before it has
 * looked there is no condition, or it is Unknown.
 */
function isKnown({ subnets, looked }: NodeClassView): boolean {
  return subnets.length > 0 || looked;
}

function viewOf(object: KubeObject, onProblem: (problem: ListWatchProblem) => void): NodeClassView {
  const name = object.metadata.name ?? '';
  const parsed = nodeClassSchema.safeParse(object);
  if (!parsed.success) {
    onProblem({ kind: 'parse', key: name, error: parsed.error });
    return { name, subnets: [], looked: false };
  }
  const { subnets, conditions } = parsed.data.status ?? {};
  return {
    name,
    subnets: (subnets ?? []).map(({ zone, zoneID }) => ({
      zoneId: zoneID || undefined,
      zoneName: zone || undefined,
    })),
    looked: (conditions ?? []).some(({ type, status }) => type === 'SubnetsReady' && status === 'False'),
  };
}
