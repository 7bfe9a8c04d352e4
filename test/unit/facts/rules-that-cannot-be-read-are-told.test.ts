import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Facts } from '../../../shared/facts/facts.ts';
import type { KubeClient, KubeObject } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { readWatcherOptions } from '../../../watcher/options.ts';
import { createProcessScene } from '../../../watcher/process-scene.ts';
import { Heard } from '../controllers/heard.ts';
import { clientOf } from '../controllers/scene-in-memory.ts';

/** A watcher where the ConfigMap of the rules is this one, or cannot be listed. */
function following(rules: KubeObject | KubeError | undefined) {
  const client: Partial<KubeClient> = {
    async list(_type, query) {
      const isRules = query?.fieldSelector === 'metadata.name=zonewarden-config';
      if (isRules && rules instanceof KubeError) throw rules;
      const items = isRules && rules !== undefined && 'metadata' in rules ? [rules] : [];
      return { metadata: { resourceVersion: '1' }, items };
    },
    async *watch(_type, _query, { signal }) {
      await wait(60_000, undefined, { signal, ref: false }).catch(() => undefined);
    },
  };
  const facts = new Facts();
  const heard = new Heard(facts);
  const stop = new AbortController();
  const scene = createProcessScene(readWatcherOptions([]), clientOf(client), facts, stop.signal);
  scene.start();
  onTestFinished(async () => {
    stop.abort();
    await scene.stop();
  });
  return { heard, isProblem: () => heard.of('rules-problem').at(-1)?.isProblem };
}

const configMap = (text: string): KubeObject => ({
  metadata: { name: 'zonewarden-config', namespace: 'zonewarden', resourceVersion: '1' },
  data: { 'config.yaml': text },
});

it('that nobody granted the right to list them is a problem: the defaults hold', async () => {
  const { heard, isProblem } = following(new KubeError('kube.forbidden', 'list'));
  await heard.until(() => heard.of('failure').some(({ part }) => part === 'rules-list'));
  expect(isProblem()).toBe(true);
  expect(heard.of('rules')).toEqual([]);
});

it('that nobody can read them is a problem', async () => {
  const { heard, isProblem } = following(configMap('scope: [everywhere'));
  await heard.until(() => heard.of('failure').some(({ part }) => part === 'rules-unreadable'));
  expect(isProblem()).toBe(true);
});

it('that there are none is no problem: the defaults hold, and are told', async () => {
  const { heard, isProblem } = following(undefined);
  await heard.until(() => heard.of('rules').length > 0);
  expect(isProblem()).toBe(false);
});
