import { expect, onTestFinished, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { RulesUnreadableError } from '../../../shared/settings/rules-document.ts';
import { DEFAULT_ZONE_RULES } from '../../../shared/settings/zone-rules.ts';
import { createDocumentWatch } from '../../../shared/stores/document-watch.ts';
import { RULES } from '../../../shared/stores/documents.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, failureOf, standIn, until } from '../kube/fixture.ts';

const AT = { namespace: 'zonewarden', name: 'zonewarden-config' };

const put = (api: KubeApi, data?: Record<string, string>) =>
  api.put(resources.configMaps, { metadata: AT, ...(data === undefined ? {} : { data }) });
const write = (api: KubeApi, document: string) => put(api, { 'config.yaml': document });

/**
 * A watch that ends with the test, with what it has told: the problems, and what whoever listens finds once it is known,
 * the scope of the rules in force, and whether the document is bad.
 */
function watched(api: KubeApi, follow: () => void = () => undefined) {
  const scopes: string[] = [];
  const problems: { kind: string; error: unknown }[] = [];
  const rules = createDocumentWatch({
    client: clientOf(api),
    namespace: AT.namespace,
    document: RULES,
    onProblem: (kind, error) => problems.push({ kind, error }),
    tuning: { backoffBaseMs: 2, backoffCapMs: 10 },
  });
  rules.listen(() => {
    const { scope } = rules.current();
    if (rules.isKnown()) scopes.push(rules.problem() === undefined ? scope : `${scope} still`);
    follow();
  });
  onTestFinished(() => rules.stop());
  return { rules, scopes, problems };
}

async function following(api: KubeApi) {
  const all = watched(api);
  all.rules.start();
  await all.rules.whenKnown();
  await until(() => api.openWatches === 1);
  return all;
}

test('only the one ConfigMap is asked for', async () => {
  const api = await standIn();
  await following(api);
  for (const { path, query } of [...api.seen('list'), ...api.seen('watch')]) {
    expect(path).toBe('/api/v1/namespaces/zonewarden/configmaps');
    expect(query.get('fieldSelector')).toBe('metadata.name=zonewarden-config');
  }
});

test('before anything was read the defaults hold, and that is a problem; without a ConfigMap they hold, and it is none', async () => {
  const api = await standIn();
  const { rules, scopes } = watched(api);
  expect(rules.current()).toEqual(DEFAULT_ZONE_RULES);
  expect(rules.problem()).toBe(
    'ConfigMap zonewarden/zonewarden-config has not been read yet; the defaults hold until it is',
  );
  rules.start();
  await rules.whenKnown();
  expect(rules.current()).toEqual(DEFAULT_ZONE_RULES);
  expect(rules.problem()).toBeUndefined();
  expect(scopes).toEqual(['region']);
});

test('what stands there at the start is told once, and known when whenKnown says so', async () => {
  const api = await standIn();
  write(api, 'scope: cluster');
  const { rules, scopes } = await following(api);
  expect(rules.current().scope).toBe('cluster');
  expect(scopes).toEqual(['cluster']);
});

test('an edit, a bad one, another bad one, the first mended: the last good rules hold, and problem() is exact', async () => {
  const api = await standIn();
  write(api, 'scope: cluster');
  const { rules, scopes, problems } = await following(api);

  write(api, 'scope: nowhere');
  await until(() => rules.problem()?.includes('"nowhere"') === true);
  expect(rules.current().scope).toBe('cluster');
  write(api, 'scope: [');
  await until(() => rules.problem()?.includes('it is not YAML') === true);
  expect(rules.current().scope).toBe('cluster');
  expect(scopes).toEqual(['cluster', 'cluster still', 'cluster still']);

  write(api, 'scope: cluster');
  await until(() => scopes.length === 4);
  expect(rules.problem()).toBeUndefined();
  write(api, 'grace: 30s');
  await until(() => rules.current().graceMs === 30_000);
  expect(scopes.slice(3)).toEqual(['cluster', 'region']);
  expect(problems.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable']);
  for (const { error } of problems) expect(error).toBeInstanceOf(RulesUnreadableError);
});

test('unreadable from the start: the defaults, and a problem', async () => {
  const api = await standIn();
  write(api, 'scop: cluster');
  const { rules, scopes } = await following(api);
  expect(rules.current()).toEqual(DEFAULT_ZONE_RULES);
  expect(rules.problem()).toContain('scop is not known (did you mean scope?)');
  expect(scopes).toEqual(['region still']);
});

test.each([
  ['deleted', (api: KubeApi) => api.remove(resources.configMaps, AT)],
  ['without its key', (api: KubeApi) => put(api, {})],
  ['without data', (api: KubeApi) => put(api)],
  ['empty', (api: KubeApi) => write(api, '')],
])('%s means the defaults again, also after a bad edit', async (_, away) => {
  const api = await standIn();
  write(api, 'scope: cluster');
  const { rules, scopes } = await following(api);
  write(api, 'scope: nowhere');
  await until(() => rules.problem() !== undefined);

  away(api);
  await until(() => rules.current().scope === 'region');
  expect(rules.problem()).toBeUndefined();
  write(api, 'scope: cluster');
  await until(() => rules.current().scope === 'cluster');
  expect(scopes).toEqual(['cluster', 'cluster still', 'region', 'cluster']);
});

test('the document under another key keeps what held', async () => {
  const api = await standIn();
  write(api, 'scope: cluster');
  const { rules } = await following(api);
  put(api, { 'config.yml': 'scope: region' });
  await until(() => rules.problem()?.includes('"config.yml"') === true);
  expect(rules.current().scope).toBe('cluster');
});

test('deleted while the connection was gone: the defaults, once it is back', async () => {
  const api = await standIn();
  write(api, 'scope: cluster');
  const { rules } = await following(api);
  api.fail('watch', { kind: 'reset' }, 2);
  api.cutConnections();
  api.remove(resources.configMaps, AT);
  await until(() => rules.current().scope === 'region');
});

test('a follower that throws is told of the next write, and the rules are in force all the same', async () => {
  const api = await standIn();
  write(api, 'scope: cluster');
  let isDown = true;
  const { rules, scopes, problems } = watched(api, () => {
    if (isDown) throw new Error('down');
  });
  rules.start();
  await rules.whenKnown();
  expect(rules.current().scope).toBe('cluster');
  isDown = false;
  const failed = scopes.length;
  write(api, 'scope: cluster');
  await until(() => scopes.length > failed);
  expect(new Set(scopes)).toEqual(new Set(['cluster']));
  expect(problems[0]).toMatchObject({ kind: 'handler' });
});

test('who waits for what cannot be read is let go by the signal, and sees the problem', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 403, reason: 'Forbidden' }, 1_000_000);
  const { rules, problems } = watched(api);
  rules.start();
  await until(() => problems.length > 0);
  expect(await failureOf(rules.whenKnown(AbortSignal.abort()))).toMatchObject({ code: 'kube.aborted' });
  expect(rules.problem()).toContain('has not been read yet');
  expect(problems[0]).toMatchObject({ kind: 'list', error: { code: 'kube.forbidden' } });
});

test('after stop nothing is told', async () => {
  const api = await standIn();
  const { rules, scopes } = await following(api);
  await rules.stop();
  write(api, 'scope: cluster');
  await until(() => api.openWatches === 0);
  expect(scopes).toEqual(['region']);
});
