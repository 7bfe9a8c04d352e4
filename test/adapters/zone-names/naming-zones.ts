import { onTestFinished } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { NODE_CLASSES } from '../../../shared/stores/kinds.ts';
import { createStore } from '../../../shared/stores/store.ts';
import type { Contradiction } from '../../../watcher/zone-names/believed-names.ts';
import type { Ec2Zones } from '../../../watcher/zone-names/describe-zones.ts';
import { createZoneNames, type ZoneNames } from '../../../watcher/zone-names/zone-names.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf } from '../kube/fixture.ts';

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** Subnets in zones given as `use1-az1=us-east-1a`; either side may be missing. */
export function putNodeClass(api: KubeApi, name: string, zones: readonly string[], ready?: string): void {
  const subnets = zones.map((zone) => {
    const [zoneID, zoneName] = zone.split('=');
    return { id: 'subnet-1', ...(zoneName ? { zone: zoneName } : {}), ...(zoneID ? { zoneID } : {}) };
  });
  const conditions = ready === undefined ? [] : [{ type: 'SubnetsReady', status: ready }];
  put(api, { metadata: { name }, status: { subnets, conditions } });
}

export const put = (api: KubeApi, object: KubeObject) => api.put(resources.ec2NodeClasses, object);

/**
 * Zone names over a store of EC2NodeClasses, which both end with the test, with everything that they tell; time passes when
 * the test says so.
 */
export function naming(api: KubeApi, zones?: Ec2Zones) {
  const told = {
    learned: [] as string[],
    problems: [] as { kind: string; error: unknown }[],
    contradictions: [] as Contradiction[],
    ec2: [] as string[],
  };
  const clock = { ms: 0 };
  const client = clientOf(api);
  const nodeClasses = createStore({
    client,
    kind: NODE_CLASSES,
    onProblem: ({ kind, error }) => told.problems.push({ kind, error }),
    tuning: { backoffBaseMs: 2, backoffCapMs: 10 },
  });
  const zoneNames = createZoneNames({
    client,
    nodeClasses,
    onLearned(from) {
      told.learned.push(from);
    },
    onProblem(error) {
      told.problems.push({ kind: 'look-up', error });
    },
    onContradiction(each) {
      told.contradictions.push(each);
    },
    ec2:
      zones === undefined
        ? undefined
        : {
            zones,
            onProblem: (error) =>
              told.ec2.push(error instanceof Error && 'code' in error ? `${error.code}` : `${error}`),
            elapsed: () => clock.ms,
            random: () => 0.5,
          },
  });
  const names: ZoneNames = {
    ...zoneNames,
    start() {
      nodeClasses.start();
      zoneNames.start();
    },
    async stop() {
      await Promise.all([nodeClasses.stop(), zoneNames.stop()]);
    },
  };
  onTestFinished(() => names.stop());
  return { names, told, clock };
}
