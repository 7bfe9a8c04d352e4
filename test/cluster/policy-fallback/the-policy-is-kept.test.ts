import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { poolNamed, shiftAway, shiftBack, THREE, TWO, untilZones } from '../product/scenario.ts';
import { POLICY_MANIFEST, policyOf, specOf, untilWritten } from './fallback-scene.ts';

/** The policy beside a product that is well: what is done to it is put right, and it is never in the way. */

let installation: Installation;

beforeAll(async () => {
  installation = await install();
});
afterAll(() => installation?.stop());

const kubectl = (args: string[], input?: string) =>
  installation.controlPlane.kubectl(args, input === undefined ? {} : { input });

const present = async () => {
  const scraped = await scrape(installation.watcherOpsUrl);
  return scraped.sum('zonewarden_policy_fallback_present');
};

describe('while a zone is away', () => {
  beforeAll(async () => {
    await shiftAway(installation);
    await untilWritten(installation, 1);
  });
  afterAll(() => shiftBack(installation));

  it('its generation is told beside that of the record', async () => {
    await until('the two are the same', async () => {
      const scraped = await scrape(installation.watcherOpsUrl);
      const generation = scraped.sum('zonewarden_impaired_set_generation');
      return generation > 0 && scraped.sum('zonewarden_policy_fallback_generation') === generation;
    });
    expect(await present()).toBe(1);
  });

  it.each([[[]], [['--server-side', '--force-conflicts']]])(
    'the manifest, applied again with %j, changes nothing',
    async (how) => {
      const before = await policyOf(installation);
      await kubectl(['apply', ...how, '-f', '-'], POLICY_MANIFEST);
      const after = await policyOf(installation);
      expect(after.spec).toEqual(before.spec);
      expect(after.metadata.generation).toBe(before.metadata.generation);
    },
  );

  const withoutZones = (variables: readonly unknown[]) =>
    variables.map((variable) =>
      (variable as { name: string }).name === 'zones' ? { name: 'zones', expression: '[]' } : variable,
    );
  it.each<[string, (variables: readonly unknown[]) => object]>([
    ['a zone taken out of it', (variables) => ({ variables: withoutZones(variables) })],
    ['rules that refuse nothing', () => ({ validations: [{ expression: 'true' }] })],
    ['no rules at all', () => ({ variables: null, validations: null })],
  ])('%s is put right', async (_name, tamper) => {
    const { spec: before } = await policyOf(installation);
    await installation.client.patch(
      resources.validatingAdmissionPolicies,
      { name: 'zonewarden' },
      { kind: 'merge', body: { spec: tamper(specOf(await policyOf(installation)).variables ?? []) } },
    );
    await until('the policy is as it was', async () => {
      return JSON.stringify((await policyOf(installation)).spec) === JSON.stringify(before);
    });
  });

  it('one that is replaced by the manifest alone gets its rules again', async () => {
    const { spec: before } = await policyOf(installation);
    await kubectl(['replace', '-f', '-'], POLICY_MANIFEST);
    await until('the policy is as it was', async () => {
      return JSON.stringify((await policyOf(installation)).spec) === JSON.stringify(before);
    });
  });

  it('one that is deleted is told of, and gets its rules again when it is made anew', async () => {
    const { spec: before } = await policyOf(installation);
    await installation.client.delete(resources.validatingAdmissionPolicies, { name: 'zonewarden' });
    await until('its absence is told', async () => (await present()) === 0);
    await kubectl(['apply', '-f', '-'], POLICY_MANIFEST);
    await until('the policy is as it was', async () => {
      return JSON.stringify(specOf(await policyOf(installation))) === JSON.stringify(before);
    });
    await until('its presence is told', async () => (await present()) === 1);
    const lines = installation.watcher.lines().filter(({ event }) => event === 'policy-fallback');
    expect(lines.map(({ presence }) => presence)).toContain('absent');
    expect(lines).toContainEqual(
      expect.objectContaining({ result: 'written', generation: expect.any(Number) }),
    );
  });
});

describe('while a zone comes back', () => {
  it.each(['all', 'none'])('no write is refused, with freeze %s', async (freeze) => {
    const { client } = installation;
    const name = `returning-${freeze}`;
    const declared = nodePool(name, [inZones(...THREE)]);
    declared.metadata.annotations = { 'zonewarden.io/freeze': freeze };
    await client.create(resources.nodePools, declared);
    await shiftAway(installation);
    await untilZones(installation, name, [inZones(...TWO)]);
    await untilWritten(installation, 1);
    // The rules have to be in force, or nothing could be refused wrongly.
    await wait(1500);

    const refused: string[] = [];
    const attempt = (write: Promise<unknown>) =>
      write.catch((error: unknown) => {
        refused.push(error instanceof KubeError ? error.message : String(error));
      });
    const stop = new AbortController();
    let writes = 0;
    const keepWriting = async (write: () => Promise<unknown>) => {
      while (!stop.signal.aborted) {
        writes += 1;
        await attempt(write());
      }
    };
    const writing = Promise.all([
      keepWriting(() => {
        const fresh = nodePool(`fresh-${freeze}-${writes}`, [inZones(...THREE)]);
        return client.create(resources.nodePools, fresh, { dryRun: true });
      }),
      keepWriting(() => {
        const patch = { metadata: { labels: { at: String(writes) } }, spec: declared.spec };
        return client.patch(resources.nodePools, { name }, { kind: 'merge', body: patch });
      }),
      keepWriting(() => kubectl(['apply', '-f', '-'], stringify(declared))),
    ]);
    await shiftBack(installation);
    await until('nothing is left of the shift', async () => {
      const pool = await poolNamed(installation, name);
      return pool.metadata.annotations?.[DECLARED_ANNOTATION] === undefined;
    });
    await untilZones(installation, name, [inZones(...THREE)]);
    await untilWritten(installation, 0);
    await wait(1500);
    stop.abort();
    await writing;
    expect(refused).toEqual([]);
    expect(writes).toBeGreaterThan(5);
    const failed = await scrape(installation.watcherOpsUrl);
    expect(failed.sum('zonewarden_nudges_total', { result: 'failed' })).toBe(0);
  });
});
