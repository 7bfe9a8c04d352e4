import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { resources } from '../../../shared/kube/resource.ts';
import { createLogger } from '../../../shared/process/logger.ts';
import { createWebhookMetrics } from '../../../webhook/metrics/webhook-metrics.ts';
import { createRegistrationWatch } from '../../../webhook/registration/registration-watch.ts';
import { reportRegistrations } from '../../../webhook/state/registered-webhooks.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn, until } from '../kube/fixture.ts';

const { mutatingWebhookConfigurations: mutating, validatingWebhookConfigurations: validating } = resources;
const POOLS = 'nodepools.zonewarden.io';
const CLAIMS = 'nodeclaims.zonewarden.io';

const put = (api: KubeApi, type: typeof mutating | typeof validating, pools = 'Fail', caBundle = '') =>
  api.put(type, {
    metadata: { name: 'zonewarden' },
    webhooks: [
      { name: POOLS, failurePolicy: pools, clientConfig: { caBundle } },
      { name: CLAIMS, failurePolicy: 'Ignore', clientConfig: { caBundle } },
    ],
  });

async function reporting(api: KubeApi) {
  const metrics = createWebhookMetrics();
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
  const watch = createRegistrationWatch({
    client: clientOf(api),
    name: 'zonewarden',
    onProblem: () => {},
    tuning: { backoffBaseMs: 2, backoffCapMs: 10 },
  });
  onTestFinished(() => watch.stop());
  reportRegistrations(watch, metrics, createLogger('webhook', 'info', { write }).log);
  watch.start();
  await until(() => api.openWatches === 2);
  const gauge = async () =>
    Object.fromEntries(
      (await metrics.registered.get()).values.map(({ labels, value }) => [
        `${String(labels.kind).replace('WebhookConfiguration', '')} ${labels.webhook} ${labels.failure_policy}`,
        value,
      ]),
    );
  return { lines, gauge };
}

const REGISTERED = { [POOLS]: 'Fail', [CLAIMS]: 'Ignore' };

test('a configuration that goes, comes back and is opened is a line each time, and the gauge is what is there', async () => {
  const api = await standIn();
  put(api, mutating);
  put(api, validating);
  const { lines, gauge } = await reporting(api);
  await until(() => lines.length === 2);
  for (const line of lines)
    expect(line).toMatchObject({ level: 'info', event: 'registration', to: REGISTERED, missing: [] });
  expect(lines[0]).not.toHaveProperty('from');
  expect(await gauge()).toEqual({
    [`Mutating ${POOLS} Fail`]: 1,
    [`Mutating ${CLAIMS} Ignore`]: 1,
    [`Validating ${POOLS} Fail`]: 1,
    [`Validating ${CLAIMS} Ignore`]: 1,
  });

  api.remove(mutating, { name: 'zonewarden' });
  await until(() => lines.length === 3);
  expect(lines[2]).toMatchObject({
    level: 'warn',
    event: 'break-glass',
    kind: 'MutatingWebhookConfiguration',
    configuration: 'zonewarden',
    from: REGISTERED,
    to: null,
    missing: [POOLS, CLAIMS],
  });
  expect(await gauge()).toEqual({
    [`Mutating ${POOLS} `]: 0,
    [`Mutating ${CLAIMS} `]: 0,
    [`Validating ${POOLS} Fail`]: 1,
    [`Validating ${CLAIMS} Ignore`]: 1,
  });

  put(api, mutating);
  await until(() => lines.length === 4);
  expect(lines[3]).toMatchObject({ level: 'info', event: 'registration', from: null, to: REGISTERED });

  put(api, validating, 'Ignore');
  await until(() => lines.length === 5);
  expect(lines[4]).toMatchObject({
    level: 'warn',
    event: 'registration',
    kind: 'ValidatingWebhookConfiguration',
    from: REGISTERED,
    to: { [POOLS]: 'Ignore', [CLAIMS]: 'Ignore' },
  });
  expect(await gauge()).toMatchObject({ [`Validating ${POOLS} Ignore`]: 1 });
  expect(Object.keys(await gauge())).not.toContain(`Validating ${POOLS} Fail`);
});

test('what changes nothing about how we are called is no line', async () => {
  const api = await standIn();
  put(api, mutating);
  const { lines } = await reporting(api);
  await until(() => lines.length === 2);
  expect(lines.find(({ kind }) => kind === 'ValidatingWebhookConfiguration')).toMatchObject({
    level: 'warn',
    event: 'registration',
    to: null,
  });
  put(api, mutating, 'Fail', 'QQ==');
  api.resetWatches();
  await until(() => api.openWatches === 2);
  // The next change of the same object is told after it.
  put(api, mutating, 'Ignore', 'QQ==');
  await until(() => lines.length > 2);
  expect(lines.slice(2)).toMatchObject([{ from: REGISTERED, to: { [POOLS]: 'Ignore' } }]);
});
