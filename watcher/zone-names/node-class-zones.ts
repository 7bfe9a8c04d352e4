import type { KubeClient } from '../../shared/kube/client.ts';
import { ec2NodeClassSchema } from '../../shared/kube/karpenter-views.ts';
import { createListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';

/** Zone names as EC2NodeClasses tell them. */
export interface NodeClassZones {
  start(): void;
  stop(): Promise<void>;
  nameOf(zoneId: string): string | undefined;
  /** Resolves when the EC2NodeClasses were read, or when the signal aborts: names are wanted, not waited for. */
  known(signal: AbortSignal): Promise<void>;
}

/**
 * Names from the subnets of all EC2NodeClasses, which is what Karpenter itself goes by
 * (aws pkg/apis/v1/ec2nodeclass_status.go). A mapping once learned is kept when its NodeClass is gone: zone IDs and
 * names of an account do not change.
 */
export function createNodeClassZones(options: {
  readonly client: KubeClient;
  onChange(): void;
  onProblem(problem: ListWatchProblem): void;
}): NodeClassZones {
  const names = new Map<string, string>();
  const watch = createListWatch({
    client: options.client,
    type: resources.ec2NodeClasses,
    parse: (object) => ec2NodeClassSchema.parse(object).status?.subnets ?? [],
    handlers: {
      onSet(subnets) {
        const before = names.size;
        for (const { zone, zoneID } of subnets) {
          if (zone !== undefined && zoneID !== undefined && zone !== '' && zoneID !== '')
            names.set(zoneID, zone);
        }
        if (names.size !== before) options.onChange();
      },
      onDelete() {},
    },
    onProblem: options.onProblem,
  });
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    nameOf: (zoneId) => names.get(zoneId),
    known: (signal) => watch.whenSynced(signal).catch(() => undefined),
  };
}
