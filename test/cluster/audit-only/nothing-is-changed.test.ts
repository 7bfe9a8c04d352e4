import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { AUDIT_EVENTS } from '../../../shared/audit/log-schema/audit-line.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { applyManifests, calledByUrl, type Manifest } from '../../installation/manifests.ts';
import { inZones, nodeClaim, nodePool } from '../../installation/node-pools.ts';
import { ROOT } from '../../installation/product-process.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { strictProblemsOf } from '../../unit/audit/published-schema.ts';
import { createNode, nodeStates } from '../product/cordon-scenario.ts';
import {
  AWAY,
  poolNamed,
  recordOf,
  shiftAway,
  shiftBack,
  THREE,
  TWO,
  untilZones,
  zonesOf,
} from '../product/scenario.ts';

/** The overlay as it is shipped, a shift that comes and goes, and what it leaves: nothing but words. */

let installation: Installation;
let before: KubeObject;
beforeAll(async () => {
  installation = await install();
  await apply('config/overlays/audit-only');
  await createNode(installation, 'in-zone');
  before = await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await installation.client.create(resources.nodePools, nodePool('elsewhere', [inZones(...TWO)]));
  await until('the rules are known', () =>
    installation.watcher
      .lines()
      .some(
        ({ event, rules }) => event === 'rules' && JSON.stringify(rules).includes('"autoshift":"record"'),
      ),
  );
});
afterAll(() => installation?.stop());

async function apply(folder: string): Promise<void> {
  const { controlPlane, webhookUrl } = installation;
  const { stdout } = await controlPlane.kubectl(['kustomize', `${ROOT}${folder}`]);
  const manifests = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  await applyManifests(
    controlPlane,
    manifests.map((manifest) => calledByUrl(manifest, webhookUrl)),
  );
}

const decisions = (name: string) =>
  installation.webhook
    .lines()
    .filter((line) => line.event === 'decision' && line.name === name && line.webhook === 'mutate');
const shadows = async (kind: string, action: string) =>
  (await scrape(installation.webhookOpsUrl)).sum('zonewarden_admission_shadow_total', { kind, action });

it('a shift arrives: it is recorded, and the leader says which NodePools it would change', async () => {
  await shiftAway(installation);
  expect((await recordOf(installation))[AWAY.id]).toContain('state: recorded');
  const { value } = await until('the leader says so', () =>
    installation.watcher.lines().find(({ event }) => event === 'shadow'),
  );
  expect(value).toMatchObject({
    zoneId: AWAY.id,
    zone: AWAY.name,
    nodePools: 2,
    changed: 1,
    names: ['web'],
    withoutZone: [],
    noRoom: [],
  });
});

it('a NodePool is stored as it was sent, and its line and the counter say what would have been', async () => {
  const { controlPlane } = installation;
  // The webhook hears of the record by watch.
  await until('a write casts a shadow', async () => {
    await controlPlane.kubectl(['annotate', 'nodepool', 'web', `at=${Date.now()}`, '--overwrite']);
    return (await shadows('NodePool', 'pruned')) > 0;
  });
  // The log is written a moment later than the counter.
  const { value: line } = await until('the line is written', () =>
    decisions('web').findLast(({ shadow }) => shadow !== undefined),
  );
  expect(line).toMatchObject({
    action: 'unchanged',
    patchOperations: 0,
    impairedZones: [],
    shadow: {
      action: 'pruned',
      zones: [{ id: AWAY.id, name: AWAY.name, excluded: true }],
      effective: ['topology.kubernetes.io/zone In [us-east-1b, us-east-1c]'],
    },
  });
  expect((await poolNamed(installation, 'web')).spec).toEqual(before.spec);
});

it('a NodeClaim into the zone is made, and its line says why it would have been refused', async () => {
  const claim = nodeClaim('web-1', [inZones(AWAY.name)]);
  expect((await installation.client.create(resources.nodeClaims, claim)).spec).toMatchObject({
    requirements: [inZones(AWAY.name)],
  });
  await until('the line is written', () => decisions('web-1').length === 1);
  expect(decisions('web-1')).toMatchObject([
    { allowed: true, shadow: { action: 'refused', message: expect.stringContaining(AWAY.name) } },
  ]);
  expect(await shadows('NodeClaim', 'refused')).toBe(1);
});

it('nothing was done, and no shadow is left when the shift is over', async () => {
  expect(await nodeStates(installation)).toEqual({ 'in-zone': 'open' });
  const { metadata, spec } = await poolNamed(installation, 'elsewhere');
  expect([metadata.generation, spec]).toEqual([1, expect.objectContaining({ template: expect.anything() })]);
  const events = installation.watcher.lines().map(({ event }) => event);
  for (const event of ['nudge', 'cordon']) expect(events).not.toContain(event);
  await shiftBack(installation);
  await until('a write casts none', async () => {
    const made = await shadows('NodePool', 'pruned');
    await installation.controlPlane.kubectl([
      'annotate',
      'nodepool',
      'web',
      `at=${Date.now()}`,
      '--overwrite',
    ]);
    return (await shadows('NodePool', 'pruned')) === made;
  });
});

it('with the default overlay the next shift is enforced', async () => {
  await apply('.');
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
  expect(zonesOf(await poolNamed(installation, 'elsewhere'))).toEqual([inZones(...TWO)]);
});

it('every line of the audit stream is as its schema says, also those of the watcher', async () => {
  const { webhook, watcher } = installation;
  const inStream = () =>
    [...webhook.lines(), ...watcher.lines()].filter(({ component, event }) =>
      AUDIT_EVENTS.get(String(component))?.includes(String(event)),
    );
  // The last of them is written when the answer to a nudge is back.
  await until('each kind of line was written', () => {
    const events = inStream().map(({ event }) => event);
    return ['decision', 'registration', 'message', 'record-written', 'zone', 'shadow', 'nudge'].every(
      (event) => events.includes(event),
    );
  });
  for (const line of inStream()) expect([line.event, strictProblemsOf(line)]).toEqual([line.event, []]);
});
