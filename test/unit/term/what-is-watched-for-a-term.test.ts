import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { KubeClient, KubeObject } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { lead } from '../../../watcher/lead.ts';
import { sceneInMemory } from '../controllers/scene-in-memory.ts';

type Watched = AsyncGenerator<{ type: 'MODIFIED'; object: KubeObject }>;

/** A leader of a cluster that has these objects by kind, or fails to list them. */
function leading(kinds: Readonly<Record<string, KubeObject[] | KubeError>>) {
  /** Changes of objects that a watch is about to tell. */
  const changed = new Map<string, () => void>();
  const client: Partial<KubeClient> = {
    async list({ plural }) {
      const items = kinds[plural] ?? [];
      if (items instanceof KubeError) throw items;
      return { metadata: { resourceVersion: '1' }, items };
    },
    async *watch({ plural }, _query, { signal }): Watched {
      while (!signal.aborted) {
        const news = new Promise<void>((resolve) => changed.set(plural, resolve));
        const ended = wait(60_000, undefined, { signal, ref: false }).catch(() => undefined);
        await Promise.race([news, ended]);
        const [object] = [kinds[plural] ?? []].flat();
        if (signal.aborted || object === undefined || !('metadata' in object)) continue;
        object.metadata.resourceVersion = `${Number(object.metadata.resourceVersion) + 1}`;
        yield { type: 'MODIFIED', object };
      }
    },
  };
  const scene = sceneInMemory(undefined, client);
  const stop = new AbortController();
  const done = lead(scene, { arc: undefined, fetchCatalog: undefined, reports: true }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  const troubles = (part: string) =>
    scene.heard
      .of('trouble')
      .flatMap((fact) => (fact.part.startsWith(part) ? [[fact.part, fact.error]] : []));
  return {
    heard: scene.heard,
    troubles,
    /** The watch of that kind tells its first object again. */
    async change(plural: string) {
      while (!changed.has(plural)) await new Promise((resolve) => setImmediate(resolve));
      changed.get(plural)?.();
      changed.delete(plural);
      while (!changed.has(plural)) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

it('that there is no CRD of reports is told as what it is, and as no trouble', async () => {
  const { heard, troubles } = leading({ clusterreports: new KubeError('kube.not-found', 'list') });
  await heard.until(() => heard.of('reports').length > 0);
  expect(heard.of('reports')).toEqual([{ presence: 'absent' }]);
  expect(troubles('reports')).toEqual([]);
});

it('that nobody granted the right to list them is told as both, once', async () => {
  const refused = new KubeError('kube.forbidden', 'list');
  const { heard, troubles } = leading({ clusterreports: refused });
  await heard.until(() => heard.of('reports').length > 0);
  expect(heard.of('reports')).toEqual([{ presence: 'unreadable' }]);
  expect(troubles('reports')).toEqual([['reports-list', refused]]);
});

it('an API server without policies is a trouble: NodeClaims are not kept out', async () => {
  const absent = new KubeError('kube.not-found', 'list');
  const { heard, troubles } = leading({ validatingadmissionpolicies: absent });
  await heard.until(() => heard.of('policy-fallback').length > 0);
  expect(troubles('policy-fallback-list')).toEqual([['policy-fallback-list', absent]]);
});

it('an object that cannot be read is told once, however often it changes, and until it can be read', async () => {
  const policy: KubeObject = { metadata: { name: 'zonewarden', resourceVersion: '1' }, spec: 7 };
  const { heard, troubles, change } = leading({ validatingadmissionpolicies: [policy] });
  const told = () => troubles('policy-fallback-watch').filter(([, error]) => error !== undefined);
  await heard.until(() => told().length > 0);
  for (let time = 0; time < 3; time += 1) await change('validatingadmissionpolicies');
  expect(told()).toHaveLength(1);
  policy.spec = {};
  await change('validatingadmissionpolicies');
  await heard.until(() => troubles('policy-fallback-watch').at(-1)?.[1] === undefined);
  policy.spec = 7;
  await change('validatingadmissionpolicies');
  await heard.until(() => told().length === 2);
});
