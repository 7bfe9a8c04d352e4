import { expect, onTestFinished, test } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { DEFAULT_POLICY } from '../../../shared/policy/core/policy.ts';
import { PolicyUnreadableError } from '../../../shared/policy/document/policy-document.ts';
import { createDocumentWatch } from '../../../shared/stores/document-watch.ts';
import { POLICY } from '../../../shared/stores/documents.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf, failureOf, standIn, until } from '../kube/fixture.ts';

const AT = { namespace: 'zonewarden', name: 'zonewarden-policy' };

const write = (api: KubeApi, document: string, key = 'policy.yaml') =>
  api.put(resources.configMaps, { metadata: AT, data: { [key]: document } });

/**
 * A watch that ends with the test, with what it has told: the problems, and what whoever listens finds once it is known,
 * the profile in force, and whether the document is bad.
 */
function watched(api: KubeApi) {
  const profiles: string[] = [];
  const problems: { kind: string; error: unknown }[] = [];
  const policy = createDocumentWatch({
    client: clientOf(api),
    namespace: AT.namespace,
    document: POLICY,
    onProblem: (kind, error) => problems.push({ kind, error }),
    tuning: { backoffBaseMs: 2, backoffCapMs: 10 },
  });
  policy.listen(() => {
    const { profile } = policy.current();
    if (policy.isKnown()) profiles.push(policy.problem() === undefined ? profile : `${profile} still`);
  });
  onTestFinished(() => policy.stop());
  return { policy, profiles, problems };
}

async function following(api: KubeApi) {
  const all = watched(api);
  all.policy.start();
  await all.policy.whenKnown();
  await until(() => api.openWatches === 1);
  return all;
}

test('only its own ConfigMap is asked for; without one the default policy holds, and that is no problem', async () => {
  const api = await standIn();
  const { policy, profiles } = watched(api);
  expect(policy.problem()).toBe(
    'ConfigMap zonewarden/zonewarden-policy has not been read yet; the defaults hold until it is',
  );
  expect(policy.isKnown()).toBe(false);
  policy.start();
  await policy.whenKnown();
  expect(policy.isKnown()).toBe(true);
  expect(policy.current()).toEqual(DEFAULT_POLICY);
  expect(policy.problem()).toBeUndefined();
  expect(profiles).toEqual(['baseline']);
  for (const { path, query } of [...api.seen('list'), ...api.seen('watch')]) {
    expect(path).toBe('/api/v1/namespaces/zonewarden/configmaps');
    expect(query.get('fieldSelector')).toBe('metadata.name=zonewarden-policy');
  }
});

test('an edit is in force at once, a bad one changes nothing and is told, and a deletion means the defaults', async () => {
  const api = await standIn();
  write(api, 'profile: strict');
  const { policy, profiles, problems } = await following(api);
  expect(policy.current().profile).toBe('strict');

  write(api, 'profile: strickt');
  await until(() => policy.problem()?.includes('did you mean strict?') === true);
  expect(policy.current().profile).toBe('strict');
  write(api, 'profile: baseline', 'policy.yml');
  await until(() => policy.problem()?.includes('"policy.yml"') === true);
  expect(policy.current().profile).toBe('strict');

  write(api, 'profile: spot-production');
  await until(() => policy.current().profile === 'spot-production');
  expect(policy.problem()).toBeUndefined();
  api.remove(resources.configMaps, AT);
  await until(() => policy.current().profile === 'baseline');
  expect(profiles).toEqual(['strict', 'strict still', 'strict still', 'spot-production', 'baseline']);
  expect(problems.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable']);
  for (const { error } of problems) expect(error).toBeInstanceOf(PolicyUnreadableError);
});

test('unreadable from the start: the default policy, and a problem', async () => {
  const api = await standIn();
  write(api, 'mode: dry-run');
  const { policy, profiles } = await following(api);
  expect(policy.current()).toEqual(DEFAULT_POLICY);
  expect(policy.problem()).toContain('mode: "dry-run" is none of enforce, audit');
  expect(profiles).toEqual(['baseline still']);
});

test('who waits for what cannot be read is let go by the signal, and sees the problem', async () => {
  const api = await standIn();
  api.fail('list', { kind: 'status', status: 403, reason: 'Forbidden' }, 1_000_000);
  const { policy, problems } = watched(api);
  policy.start();
  await until(() => problems.length > 0);
  expect(await failureOf(policy.whenKnown(AbortSignal.abort()))).toMatchObject({ code: 'kube.aborted' });
  expect(policy.isKnown()).toBe(false);
  expect(policy.problem()).toContain('has not been read yet');
});
