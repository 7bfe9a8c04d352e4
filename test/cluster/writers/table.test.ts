import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { sameJson } from '../../../shared/json/same-json.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import {
  applyManifests,
  calledByUrl,
  isWebhookConfiguration,
  renderManifests,
} from '../../installation/manifests.ts';
import { until } from '../../installation/until.ts';
import { AWAY, poolNamed, shiftAway, shiftBack, untilSettled } from '../product/scenario.ts';
import { argoCd } from './families/argo-cd.ts';
import { exports } from './families/exports.ts';
import { flux } from './families/flux.ts';
import { handsOnOurMarks } from './families/hands-on-our-marks.ts';
import { helm } from './families/helm.ts';
import { karpenter } from './families/karpenter.ts';
import { kubectlClientSide } from './families/kubectl-client-side.ts';
import { kubectlCreateAndReplace } from './families/kubectl-create-and-replace.ts';
import { kubectlEdits } from './families/kubectl-edits.ts';
import { kubectlServerSide } from './families/kubectl-server-side.ts';
import { secondWebhooks } from './families/second-webhooks.ts';
import { terraformAndPulumi } from './families/terraform-and-pulumi.ts';
import { webhookAway, webhookStopped } from './families/webhook-away.ts';
import { inLockstep, type Shift, untilNobodyTargets, untilNoMarks } from './in-lockstep.ts';
import { manifest } from './manifests.ts';
import { targets } from './observe.ts';
import type { Table } from './row.ts';
import { LABEL, type SecondWebhook, startSecondWebhook } from './second-webhook.ts';
import type { Family, Outage, Tools } from './writer-case.ts';

/**
 * The table of writers: everybody who writes NodePools, before, during and after a shift, on a real API server with
 * the real webhook and watcher. What is observed has to be what expected.yaml says, and docs/writers.md is made of that
 * file (`node test/unit/docs/writers-table.ts`). After a change that is meant: run this file with `-u`.
 */

let installation: Installation;
let second: SecondWebhook;
let folder: string;
let tools: Tools;
const table: Table = {};

const shift: Shift = {
  away: () => shiftAway(installation),
  back: () => shiftBack(installation),
  settled: () => untilSettled(installation),
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zonewarden-writers-'));
  [installation, second] = await Promise.all([install(), startSecondWebhook()]);
  const { client, controlPlane } = installation;
  tools = {
    client,
    folder,
    kubectl: (args, options = {}) => controlPlane.kubectl(args, { allowFailure: true, ...options }),
    live: (name) => poolNamed(installation, name),
  };
  await registerSecondWebhook();
  const cases = FAMILIES.flatMap((family) => family(tools));
  const rows = await inLockstep(tools, cases, shift);
  for (const { name, writer } of cases) {
    const row = rows[name];
    if (row !== undefined) table[writer] = { ...table[writer], [name]: row };
  }
  // Some hundred runs of kubectl, on cores that may be shared.
}, 400_000);
afterAll(async () => {
  await installation?.stop();
  await second?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the API server would store now: it hears of configurations by watch, so that a change takes a moment. */
async function untilProbed(what: string, probe: KubeObject, holds: (answer: KubeObject) => boolean) {
  await until(what, async () =>
    holds(await tools.client.create(resources.nodePools, probe, { dryRun: true })),
  );
}
const untilAsked = (asked: boolean) =>
  untilProbed(
    asked ? 'the webhook is asked' : 'no webhook is asked',
    manifest('probe'),
    (answer) => targets(answer, AWAY.name) !== asked,
  );

const BOTH = 'mutatingwebhookconfiguration,validatingwebhookconfiguration';

/** While it is bound the policy fallback refuses what newly targets the zone, and there is nothing to see. */
const POLICY_BINDING = 'validatingadmissionpolicybinding';

const deleted: Outage = {
  how: 'the glass is broken: its configurations and the binding of the policy deleted',
  async down() {
    await installation.controlPlane.kubectl(['delete', `${BOTH},${POLICY_BINDING}`, 'zonewarden']);
    await untilAsked(false);
  },
  /** The CA goes into configurations that are new when the webhook starts. */
  async up() {
    const { controlPlane, webhookUrl, webhook } = installation;
    const manifests = await renderManifests(controlPlane);
    await applyManifests(
      controlPlane,
      manifests.filter(isWebhookConfiguration).map((each) => calledByUrl(each, webhookUrl)),
    );
    await webhook.stop();
    await webhook.start();
    await untilAsked(true);
    await bindPolicy();
  },
};

async function bindPolicy(): Promise<void> {
  const { controlPlane } = installation;
  const manifests = await renderManifests(controlPlane);
  await applyManifests(
    controlPlane,
    manifests.filter(({ kind }) => kind.toLowerCase() === POLICY_BINDING),
  );
}

const ignored: Outage = {
  how: 'failurePolicy Ignore, stopped, the binding of the policy deleted',
  async down() {
    await setFailurePolicy('Ignore');
    await installation.controlPlane.kubectl(['delete', POLICY_BINDING, 'zonewarden']);
    await installation.webhook.stop();
    await untilAsked(false);
  },
  async up() {
    await installation.webhook.start();
    await setFailurePolicy('Fail');
    await untilAsked(true);
    await bindPolicy();
  },
};

const stopped: Outage = {
  how: 'as installed, stopped',
  down: () => installation.webhook.stop(),
  async up() {
    await installation.webhook.start();
    await untilAsked(true);
  },
};

async function setFailurePolicy(policy: 'Fail' | 'Ignore'): Promise<void> {
  const patch = JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value: policy }]);
  for (const kind of BOTH.split(',')) {
    await installation.controlPlane.kubectl(['patch', kind, 'zonewarden', '--type=json', '-p', patch]);
  }
}

async function registerSecondWebhook(): Promise<void> {
  await installation.controlPlane.kubectl(['apply', '-f', '-'], {
    input: second.configurations.map((one) => stringify(one)).join('---\n'),
  });
  for (const place of ['before', 'after'] as const) {
    const probe = manifest('probe', { labels: { [LABEL]: `${place}-label` } });
    const isLabelled = ({ metadata }: KubeObject) => metadata.labels?.team !== undefined;
    await untilProbed(`the webhook ${place} ours is asked`, probe, isLabelled);
  }
}

const FAMILIES: readonly Family[] = [
  kubectlClientSide,
  kubectlServerSide,
  kubectlEdits,
  kubectlCreateAndReplace,
  argoCd,
  flux,
  helm,
  terraformAndPulumi,
  karpenter,
  handsOnOurMarks,
  exports,
  secondWebhooks,
  webhookAway(deleted, 'deleted'),
  webhookAway(ignored, 'ignored', ['create', 'apply-adds', 'ssa-drops', 'patch-restores']),
  webhookStopped(stopped),
];

/** The spec of each NodePool by its name. */
async function specs(): Promise<Record<string, unknown>> {
  const { items } = await tools.client.listAll(resources.nodePools);
  return Object.fromEntries(items.map(({ metadata, spec }) => [metadata.name, spec]));
}

it('what everybody wrote is stored as expected.yaml says', async () => {
  const file = join(import.meta.dirname, 'expected.yaml');
  await expect(stringify(table, { lineWidth: 0 })).toMatchFileSnapshot(file);
});

it('a second shift ends where the first did', async () => {
  const before = await specs();
  const pools = Object.keys(before).map((name) => ({ name }));
  await shift.away();
  await untilNobodyTargets(tools, pools);
  await shift.back();
  await untilNoMarks(tools, pools);
  const after = await specs();
  const changed = Object.keys(before).filter((name) => !sameJson(after[name], before[name]));
  expect(changed).toEqual([]);
});
