import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { applyManifests, calledByUrl, renderManifests } from '../../installation/manifests.ts';
import { inZones, nodeClaim, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { poolNamed, shiftAway, THREE, TWO, untilZones, zonesOf } from '../product/scenario.ts';
import { documentedCommand, runDocumented } from '../uninstall/documented.ts';

/** One installation and one shift; the tests go on from each other. */

const DOC = 'docs/break-glass.md';
let installation: Installation;
beforeAll(async () => {
  installation = await install();
  await installation.client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
});
afterAll(() => installation?.stop());

const run = (words: string) => runDocumented(installation.controlPlane, documentedCommand(DOC, words));
const registered = async (labels: Record<string, string> = {}) =>
  (await scrape(installation.webhookOpsUrl)).sum('zonewarden_webhook_registered', labels);
const lines = (event: string) => installation.webhook.lines().filter((line) => line.event === event);

/** What `kubectl apply -k .` would apply, of these kinds, with the webhook called where it runs. */
async function applyAgain(isWanted: (kind: string) => boolean): Promise<void> {
  const manifests = (await renderManifests(installation.controlPlane)).filter(({ kind }) => isWanted(kind));
  await applyManifests(
    installation.controlPlane,
    manifests.map((manifest) => calledByUrl(manifest, installation.webhookUrl)),
  );
}

describe('before', () => {
  it('every webhook is registered, as the gauge and the log say', async () => {
    await until('the gauge is 1 for each', async () => (await registered()) === 4);
    expect(await registered({ webhook: 'nodepools.zonewarden.io', failure_policy: 'Fail' })).toBe(2);
    expect(await registered({ webhook: 'nodeclaims.zonewarden.io', failure_policy: 'Ignore' })).toBe(2);
    expect(lines('break-glass')).toEqual([]);
  });
});

describe('with the glass broken by the documented line', () => {
  it('it is seen: one line for each configuration, and the gauge is 0', async () => {
    await run('delete mutatingwebhookconfiguration,');
    await until('two lines', () => lines('break-glass').length >= 2);
    expect(
      lines('break-glass')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);
    for (const line of lines('break-glass')) {
      expect(line).toMatchObject({
        level: 'warn',
        from: { 'nodepools.zonewarden.io': 'Fail', 'nodeclaims.zonewarden.io': 'Ignore' },
        to: null,
      });
    }
    const { text } = await scrape(installation.webhookOpsUrl);
    expect(text.match(/^zonewarden_webhook_registered\{.*\} 0$/gm)).toHaveLength(4);
  });

  it('without the policy fallback too, NodePools and NodeClaims pass as they are sent', async () => {
    await run('delete validatingadmissionpolicybinding');
    // The API server forgets a binding, and a webhook, by watch.
    await until('a NodePool passes', async () => {
      const made = await installation.client.create(
        resources.nodePools,
        nodePool('late', [inZones(...THREE)]),
      );
      return made.metadata.name === 'late';
    });
    const late = await poolNamed(installation, 'late');
    expect(zonesOf(late)).toEqual([inZones(...THREE)]);
    expect(late.metadata.annotations?.[DECLARED_ANNOTATION]).toBeUndefined();
    const claim = nodeClaim('late-1', [inZones('us-east-1a')]);
    // It looks for changed policies and bindings once a second.
    const { value: made } = await until('the NodeClaim passes', () =>
      installation.client.create(resources.nodeClaims, claim),
    );
    expect(made.spec).toMatchObject({ requirements: [inZones('us-east-1a')] });
    expect(zonesOf(await poolNamed(installation, 'web'))).toEqual([inZones(...TWO)]);
  });

  it('the watcher nudges in vain, counts what is not settled, and writes nothing', async () => {
    const watcher = () => scrape(installation.watcherOpsUrl);
    await until('it has nudged in vain', async () => {
      const seen = await watcher();
      return seen.sum('zonewarden_nudges_total', { result: 'unsettled' }) > 3;
    });
    expect((await watcher()).sum('zonewarden_nodepools_unsettled')).toBe(1);
    expect((await poolNamed(installation, 'late')).metadata.generation).toBe(1);
    const nudges = installation.watcher.lines().filter(({ event }) => event === 'nudge');
    expect(nudges.filter(({ result }) => result === 'unsettled')).toEqual([]);
  });
});

describe('mended by an apply', () => {
  it('it is seen, the caBundle is filled, and what was written meanwhile is pruned', async () => {
    await applyAgain((kind) => /WebhookConfiguration|AdmissionPolicy/.test(kind));
    await until('the gauge is 1 for each', async () => (await registered()) === 4);
    await until('two lines', () => lines('registration').filter(({ from }) => from === null).length >= 2);
    await untilZones(installation, 'late', [inZones(...TWO)]);
    const { webhooks } = z
      .object({ webhooks: z.array(z.object({ clientConfig: z.object({ caBundle: z.string().min(1) }) })) })
      .parse(await installation.client.get(resources.mutatingWebhookConfigurations, { name: 'zonewarden' }));
    expect(webhooks).toHaveLength(2);
    await expect(
      installation.client.create(resources.nodeClaims, nodeClaim('late-2', [inZones('us-east-1a')])),
    ).rejects.toThrow(/us-east-1a/);
  });
});

describe('the gentler ones', () => {
  it('NodePool writes that pass while nobody answers: the policy is a label, and a line says from what to what', async () => {
    await run('"failurePolicy":"Ignore"');
    const opened = { webhook: 'nodepools.zonewarden.io', failure_policy: 'Ignore' };
    await until('both are open', async () => (await registered(opened)) === 2);
    // The log is written a moment later than the gauge.
    const { value: last } = await until('a line warns of it', () =>
      lines('registration').findLast(({ to }) =>
        JSON.stringify(to).includes('"nodepools.zonewarden.io":"Ignore"'),
      ),
    );
    expect(last).toMatchObject({
      level: 'warn',
      from: { 'nodepools.zonewarden.io': 'Fail' },
      to: { 'nodepools.zonewarden.io': 'Ignore', 'nodeclaims.zonewarden.io': 'Ignore' },
      missing: [],
    });
    expect(lines('break-glass')).toHaveLength(2);
    await applyAgain((kind) => /WebhookConfiguration/.test(kind));
    await until(
      'both are closed',
      async () => (await registered({ ...opened, failure_policy: 'Fail' })) === 2,
    );
    await until('a line tells of it', () => lines('registration').at(-1)?.level === 'info');
  });

  it('one NodePool that is exempt gets back what it declared', async () => {
    const command = documentedCommand(DOC, 'annotate nodepool').replace('NAME', 'web');
    await runDocumented(installation.controlPlane, command);
    expect(zonesOf(await poolNamed(installation, 'web'))).toEqual([inZones(...THREE)]);
    expect(zonesOf(await poolNamed(installation, 'late'))).toEqual([inZones(...TWO)]);
  });
});
