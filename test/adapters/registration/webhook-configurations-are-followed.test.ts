import { expect, onTestFinished, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import {
  createRegistrationWatch,
  type Registration,
} from '../../../webhook/registration/registration-watch.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, standIn, until } from '../kube/fixture.ts';

const { mutatingWebhookConfigurations: mutating, validatingWebhookConfigurations: validating } = resources;

const put = (api: KubeApi, type: typeof mutating | typeof validating, webhooks: object[] = []) =>
  api.put(type, { metadata: { name: 'zonewarden' }, webhooks });

function watching(api: KubeApi) {
  const problems: string[] = [];
  const told: Registration[] = [];
  const watch = createRegistrationWatch({
    client: clientOf(api),
    name: 'zonewarden',
    onProblem: (kind) => problems.push(kind),
    tuning: { backoffBaseMs: 2, backoffCapMs: 10 },
  });
  onTestFinished(() => watch.stop());
  watch.listen((registration) => told.push(registration));
  return { watch, told, problems };
}

const stateOf = (told: readonly Registration[], type: typeof mutating | typeof validating) =>
  told.findLast((registration) => registration.type.kind === type.kind);

const atService = (text: string) => ({ field: 'service.path', text });

test('each state is told: the webhooks of one that exists, absence of one that does not', async () => {
  const api = await standIn();
  const service = { name: 'zonewarden-webhook', namespace: 'zonewarden' };
  put(api, mutating, [
    {
      name: 'a.zonewarden.io',
      failurePolicy: 'Ignore',
      clientConfig: { service: { ...service, path: '/mutate' }, caBundle: 'QQ==' },
    },
    { name: 'b.zonewarden.io', clientConfig: { service } },
    { name: 'c.zonewarden.io', clientConfig: { url: 'https://host/mutate' } },
  ]);
  const { watch, told } = watching(api);
  watch.start();
  await until(() => told.length === 2);
  expect(stateOf(told, mutating)?.webhooks).toEqual([
    { name: 'a.zonewarden.io', failurePolicy: 'Ignore', caBundle: 'QQ==', askedAt: atService('/mutate') },
    { name: 'b.zonewarden.io', failurePolicy: 'Fail', caBundle: '', askedAt: atService('') },
    {
      ...{ name: 'c.zonewarden.io', failurePolicy: 'Fail', caBundle: '' },
      askedAt: { field: 'url', text: 'https://host/mutate' },
    },
  ]);
  expect(stateOf(told, validating)).toMatchObject({ name: 'zonewarden', webhooks: undefined });
  for (const { query } of [...api.seen('list'), ...api.seen('watch')]) {
    expect(query.get('fieldSelector')).toBe('metadata.name=zonewarden');
  }
});

test('an edit, a deletion and a return are told as they happen', async () => {
  const api = await standIn();
  put(api, mutating);
  put(api, validating);
  const { watch, told } = watching(api);
  watch.start();
  await until(() => api.openWatches === 2);
  put(api, mutating, [{ name: 'a', failurePolicy: 'Ignore', clientConfig: {} }]);
  await until(() => stateOf(told, mutating)?.webhooks?.length === 1);
  api.remove(mutating, { name: 'zonewarden' });
  await until(() => stateOf(told, mutating)?.webhooks === undefined);
  put(api, mutating);
  await until(() => stateOf(told, mutating)?.webhooks?.length === 0);
  expect(watch.current()).toHaveLength(2);
});

test('who listens late hears what is known, and one that throws does not keep it from the others', async () => {
  const api = await standIn();
  put(api, mutating);
  const { watch, told, problems } = watching(api);
  watch.listen(() => {
    throw new Error('a defect');
  });
  watch.start();
  await until(() => told.length === 2);
  const late: Registration[] = [];
  watch.listen((registration) => late.push(registration));
  expect(late).toEqual(watch.current());
  expect(late).toHaveLength(2);
  expect(problems.filter((kind) => kind === 'handler')).toHaveLength(2);
});

test('a deletion while the API server was away is told when it is back', async () => {
  const api = await standIn();
  put(api, mutating);
  put(api, validating);
  const { watch, told, problems } = watching(api);
  watch.start();
  await until(() => api.openWatches === 2);
  api.store.remove({
    collection: 'apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    namespace: undefined,
    name: 'zonewarden',
  });
  api.store.compact();
  api.fail('list', { kind: 'status', status: 500 }, 3);
  api.cutConnections();
  await until(() => stateOf(told, mutating)?.webhooks === undefined);
  expect(problems).toContain('gone');
  expect(stateOf(told, validating)?.webhooks).toEqual([]);
});
