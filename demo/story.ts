import { join } from 'node:path';
import { sameJson } from '../shared/json/same-json.ts';
import { KubeError } from '../shared/kube/errors.ts';
import { resources } from '../shared/kube/resource.ts';
import { RECORD_NAME } from '../shared/record/record-document.ts';
import type { Installation } from '../test/installation/installation.ts';
import { inZones, nodeClaim } from '../test/installation/node-pools.ts';
import { until } from '../test/installation/until.ts';
import { checkFolder, findingsIn } from './check-folder.ts';
import {
  byName,
  compareTable,
  isMarked,
  type Pools,
  sameSpecs,
  sameVersions,
  showZones,
  targetsZone,
} from './cluster-view.ts';
import { autoshiftEvent } from './events.ts';
import type { Report } from './report.ts';

export const ZONE = { id: 'use1-az1', name: 'us-east-1a' };
const FOLDER = join(import.meta.dirname, 'nodepools');

/** Beside the folder, so that Git's own NodePools do not depend on it. */
const REFUSED = join(FOLDER, 'refused', 'one-type.yaml');

/** A policy, a shift, protection, Git, a NodeClaim, recovery: each step is checked, and fails the demo where it does not hold. */
export async function tellStory(report: Report, installation: Installation): Promise<void> {
  const { controlPlane, client, queue } = installation;
  const pools = async (): Promise<Pools> => byName((await client.listAll(resources.nodePools)).items);
  let declared: Pools = new Map();
  let pruned: Pools = new Map();

  await report.step('A folder of NodePools is applied, as Git would', async ({ say, check, measure }) => {
    await controlPlane.kubectl(['apply', '-f', FOLDER]);
    declared = await pools();
    say([...declared].map(([name, pool]) => `${name.padEnd(10)} ${showZones(pool)}`).join('\n'));
    measure('nodePools', declared.size);
    check(
      'all zones are healthy, and every NodePool is stored as it was written',
      ![...declared.values()].some(isMarked),
    );
  });

  await report.step(
    'Somebody writes a Spot NodePool with one instance type',
    async ({ say, check, measure }) => {
      const { code, stderr } = await controlPlane.kubectl(['apply', '-f', REFUSED], { allowFailure: true });
      say(stderr.trim());
      measure('policyRefusal', stderr.trim());
      check('kubectl does not apply it', code !== 0);
      check(
        'the message says which rule, how many types there are and how many are needed',
        hasCounts(stderr),
      );
      check('it is not stored', !(await pools()).has('one-type'));
      const { value: line } = await until('the audit line is written', () =>
        installation.webhook
          .lines()
          .find(({ name, webhook }) => name === 'one-type' && webhook === 'validate'),
      );
      const findings = findingsIn(line);
      measure('findings', findings);
      say('\nzonewarden check demo/nodepools, before it reaches a cluster, says of it:');
      const checked = await checkFolder(FOLDER, 'one-type');
      say(checked.map((finding) => `  ${finding}`).join('\n'));
      say(`the webhook's audit line: ${findings.join(', ')}`);
      check('it finds what the webhook found', sameJson(checked, findings));
    },
  );

  await report.step(
    `AWS shifts traffic away from ${ZONE.name} (${ZONE.id}): the event arrives over SQS`,
    async ({ say, check, measure }) => {
      const sent = performance.now();
      await queue.send(autoshiftEvent('Autoshift In Progress', ZONE.id));
      const record = await until('the ConfigMap names the zone', async () => {
        const found = await client.get(resources.configMaps, { namespace: 'zonewarden', name: RECORD_NAME });
        return (found.data as Record<string, string> | undefined)?.[ZONE.id];
      });
      measure('eventToConfigMapMs', Math.round(performance.now() - sent));
      await until('no NodePool targets the zone', async () => {
        pruned = await pools();
        return [...pruned.values()].every((pool) => !targetsZone(pool, ZONE));
      });
      measure('eventToAllNodePoolsMs', Math.round(performance.now() - sent));
      say(
        `ConfigMap zonewarden/${RECORD_NAME}, key ${ZONE.id}:\n  ${record.value.trim().replaceAll('\n', '\n  ')}`,
      );
      say(
        `\nThe NodePools, before and after ${Math.round(performance.now() - sent)} ms:\n${compareTable(declared, pruned)}`,
      );
      check('no NodePool targets the zone any more', true);
      check('the NodePool that never did was not touched', sameVersions(only(declared, 'elsewhere'), pruned));
    },
  );

  await report.step('Git applies the same folder again', async ({ say, check, measure }) => {
    const before = await pools();
    const started = performance.now();
    const { stderr } = await controlPlane.kubectl(['apply', '-f', FOLDER]);
    measure('applyMs', Math.round(performance.now() - started));
    say(stderr.trim());
    check(
      'nothing was written: generation and resourceVersion of every NodePool are what they were',
      sameVersions(before, await pools()),
    );
    const diff = await controlPlane.kubectl(['diff', '-f', FOLDER], { allowFailure: true });
    check(
      'kubectl diff finds no difference between Git and the cluster',
      diff.code === 0 && diff.stdout === '',
    );
  });

  await report.step('Somebody asks for a node in the impaired zone', async ({ say, check, measure }) => {
    const refusal = await refused(() =>
      client.create(resources.nodeClaims, nodeClaim('pinned', [inZones(ZONE.name)])),
    );
    say(refusal ?? 'the NodeClaim was made');
    measure('refusal', refusal);
    check('a NodeClaim for that zone alone is refused, and told why', refusal?.includes(ZONE.id) === true);
    const anywhere = await client.create(resources.nodeClaims, nodeClaim('anywhere', []));
    say(
      `a NodeClaim for any zone is stored with: ${JSON.stringify((anywhere.spec as { requirements: unknown }).requirements)}`,
    );
    check(
      'a NodeClaim for any zone is kept out of that one',
      JSON.stringify(anywhere.spec).includes(ZONE.name),
    );
    await client.delete(resources.nodeClaims, { name: 'anywhere' });
  });

  await report.step('The zone is back: the end of the autoshift arrives', async ({ say, check, measure }) => {
    const sent = performance.now();
    await queue.send(autoshiftEvent('Autoshift Completed', ZONE.id, new Date(Date.now() + 1000)));
    const restored = await until('every NodePool is what was declared', async () => {
      const now = await pools();
      return sameSpecs(declared, now) && ![...now.values()].some(isMarked) ? now : undefined;
    });
    measure('eventToRestoredMs', Math.round(performance.now() - sent));
    say(`after ${Math.round(restored.ms)} ms:\n${compareTable(pruned, restored.value)}`);
    check('the spec of every NodePool is identical to what its owner declared, and no mark is left', true);
    await until('the record is empty', async () => {
      const found = await client.get(resources.configMaps, { namespace: 'zonewarden', name: RECORD_NAME });
      return Object.keys((found.data as Record<string, string> | undefined) ?? {}).length === 0;
    });
    check('the ConfigMap names no zone', true);
    const diff = await controlPlane.kubectl(['diff', '-f', FOLDER], { allowFailure: true });
    check('kubectl diff finds no difference between Git and the cluster', diff.code === 0);
  });

  await report.step('Every decision has left a line in the audit log', async ({ say, check, measure }) => {
    const lines = installation.webhook
      .lines()
      .filter((line) => line.event === 'decision' && line.webhook === 'mutate');
    measure('auditLines', lines.length);
    const shown = lines.filter(
      (line) => line.name === 'web' && ['pruned', 'restored'].includes(String(line.action)),
    );
    say(
      shown
        .slice(0, 1)
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    for (const action of ['pruned', 'restored']) {
      check(
        `NodePool web: ${action}`,
        shown.some((line) => line.action === action),
      );
    }
    check(
      'the refused NodeClaim',
      lines.some((line) => line.kind === 'NodeClaim' && line.action === 'refused'),
    );
  });
}

function hasCounts(message: string): boolean {
  return /spot-types-min: .*1 instance type.*at least 5/.test(message);
}

function only(pools: Pools, name: string): Pools {
  return new Map([...pools].filter(([key]) => key === name));
}

/** The message of a refusal; `undefined` when there was none. */
async function refused(write: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (error instanceof KubeError) return error.message;
    throw error;
  }
}
