import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { applyManifests } from '../../installation/manifests.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { type History, historyOf } from '../../unit/enforcement/histories/steps.ts';
import { type Admission, startAdmission } from './admission.ts';
import { COUNTED, type CountingWebhook, startCountingWebhook } from './counting-webhook.ts';
import type { Tools } from './pool-writers.ts';
import { type Difference, expectNone, replay } from './replay.ts';

/**
 * The random histories of test/unit/enforcement/histories, on a real API server with the real kubectl and the
 * product's own server: what is stored after each write has to be what the model says, who owns it too. The seed is
 * fixed; to look for new ones: `ZONEWARDEN_REPLAY_SEED=random ZONEWARDEN_REPLAYS=2000`. What fails is a flaw of the
 * model, which is mended and the history kept, or one of the product.
 */
const runs = Number(process.env.ZONEWARDEN_REPLAYS ?? 200);
const wanted = process.env.ZONEWARDEN_REPLAY_SEED ?? '20261121';
const MOST_STEPS = 8;
/** More than there are cores: most of the time a history waits for the next second. */
const AT_A_TIME = 12;

let controlPlane: ControlPlane;
let admission: Admission;
let counting: CountingWebhook;
let tools: Tools;

beforeAll(async () => {
  [controlPlane, admission, counting] = await Promise.all([
    startControlPlane(),
    startAdmission(),
    startCountingWebhook(),
  ]);
  await installKarpenterCrds(controlPlane);
  await applyManifests(controlPlane, [...admission.configurations, counting.configuration]);
  const kubeConfig = loadKubeConfig(controlPlane.kubeconfigPath);
  tools = {
    client: createKubeClient({ kubeConfig, userAgent: 'zonewarden-test' }),
    folder: mkdtempSync(join(tmpdir(), 'zonewarden-histories-')),
    kubectl: (args, options = {}) => controlPlane.kubectl(args, { allowFailure: true, ...options }),
  };
  await untilAsked();
});
afterAll(async () => {
  tools?.client.close();
  if (tools !== undefined) rmSync(tools.folder, { recursive: true, force: true });
  await Promise.all([controlPlane?.stop(), admission?.stop(), counting?.stop()]);
});

/** The API server hears of configurations by watch: a NodePool that both webhooks change tells. */
async function untilAsked(): Promise<void> {
  const name = `${COUNTED}probe`;
  const probe = { set: { generation: 1, zones: [] }, asked: 0 };
  admission.pools.set(name, probe);
  await until('both webhooks are asked', async () => {
    probe.asked = 0;
    await tools.client.create(resources.nodePools, nodePool(name, [inZones('a')]), { dryRun: true });
    return probe.asked === 2;
  });
  admission.pools.delete(name);
}

const folder = new URL('../../unit/enforcement/histories/kept/', import.meta.url);

it('the histories that failed once go as the model says', async () => {
  const files = readdirSync(folder);
  const histories = files.map((file) => parse(readFileSync(new URL(file, folder), 'utf8')) as History);
  const found = await replayAll(histories, 'kept');
  for (const [history, difference] of found) expectNone(history, difference);
}, 600_000);

it(`${runs} histories go as the model says`, async () => {
  const seed = wanted === 'random' ? {} : { seed: Number(wanted) };
  const histories = fc.sample(historyOf(MOST_STEPS), { numRuns: runs, ...seed });
  const found = await replayAll(histories, 'run');
  const [first] = found;
  if (first !== undefined) expectNone(...(await shortened(...first)));
  expect(found).toEqual([]);
}, 1_800_000);

/** Those that differ. */
async function replayAll(
  histories: readonly History[],
  label: string,
): Promise<(readonly [History, Difference])[]> {
  const waiting = [...histories.entries()];
  const found: (readonly [History, Difference])[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, history] = next;
      const difference = await replay(tools, admission.pools, history, `${label}-${index}`);
      if (difference !== undefined) found.push([history, difference]);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return found;
}

/** Without the steps that are not needed for a difference. */
async function shortened(history: History, difference: Difference): Promise<readonly [History, Difference]> {
  for (let drop = history.steps.length - 1; drop >= 0; drop -= 1) {
    const shorter = { ...history, steps: history.steps.toSpliced(drop, 1) };
    const found = await replay(tools, admission.pools, shorter, `short-${drop}`);
    if (found !== undefined) return shortened(shorter, found);
  }
  return [history, difference];
}
