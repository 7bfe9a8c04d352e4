import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { startLimitedWatcher } from '../../installation/limited-watcher.ts';
import { startLimitedWebhook } from '../../installation/limited-webhook.ts';
import { makeMemoryCgroup } from '../../installation/memory-cgroup.ts';
import { nodePool } from '../../installation/node-pools.ts';
import { containerInBase } from '../../installation/product-container.ts';
import { until } from '../../installation/until.ts';
import { type KubeApi, startKubeApi } from '../../standins/kube-api.ts';

/**
 * NodePools that are each within the bounds, stored in peace: a hundred of them ended every webhook at its start, again and
 * again, and no NodePool could be written any more.
 */

const HEAVY = 250;
const ORDINARY = 50;
/** What either process holds of them is less than a hundred. */
const FEWEST_LET_GO = 150;

/** Each has 950 kB. The ordinary ones come in between. */
function putNodePools(api: KubeApi): void {
  for (let place = 0; place < HEAVY; place += 1) {
    const values = Array.from({ length: 3700 }, (_, value) => `${place}-${value}`.padEnd(253, 'x'));
    put(api, `heavy-${place}`, values);
    if (place % (HEAVY / ORDINARY) === 0) put(api, `web-${place}`, ['m5.large', 'm6i.large']);
  }
}

function put(api: KubeApi, name: string, values: readonly string[]): void {
  const requirement = { key: 'node.kubernetes.io/instance-type', operator: 'In', values };
  const { metadata, ...rest } = nodePool(name, [requirement]);
  api.put(resources.nodePools, { ...rest, metadata: { ...metadata, uid: name } });
}

test.for([
  ['webhook', startLimitedWebhook],
  ['watcher', startLimitedWatcher],
] as const)(
  `${HEAVY} NodePools of 950 kB end no %s in a container of the limit in the manifest`,
  async ([program, start], { skip }) => {
    const { limitBytes, flags, env } = containerInBase(program);
    const cgroup = makeMemoryCgroup(limitBytes);
    if (typeof cgroup === 'string') return skip(cgroup);
    const dir = mkdtempSync(join(tmpdir(), 'zonewarden-flood-'));
    const api = await startKubeApi();
    putNodePools(api);
    const process = await start({ api, dir, flags, env, cgroup });
    onTestFinished(async () => {
      await process.stop();
      await api.stop();
      await cgroup.remove();
      rmSync(dir, { recursive: true, force: true });
    });
    const { value } = await until(
      'those that there is no room for were told',
      () => (process.isRunning() ? letGo(process.logFile).size >= FEWEST_LET_GO : 'ended'),
      120_000,
    );
    expect(value).toBe(true);
    expect([...letGo(process.logFile)].filter((name) => name.startsWith('web-'))).toEqual([]);
    expect(cgroup.killed()).toBe(0);
    expect((await fetch(`${process.opsUrl}/healthz`)).status).toBe(200);
  },
);

/** Names of the NodePools that it told there is no memory for. */
function letGo(logFile: string): ReadonlySet<string> {
  const told = readFileSync(logFile, 'utf8').matchAll(
    /NodePool (\S+) is not looked at: all of its kind together/g,
  );
  return new Set([...told].map(([, name = '']) => name));
}
