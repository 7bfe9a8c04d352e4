import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ResourceType } from '../../../shared/kube/resource.ts';
import { createKeysWatch } from '../../../shared/stores/keys-watch.ts';
import { createAdmissionPaths } from '../../../webhook/admission-path/admission-paths.ts';
import { createRegistrationKeeper } from '../../../webhook/registration/registration-keeper.ts';
import {
  configurationTypes,
  createRegistrationWatch,
} from '../../../webhook/registration/registration-watch.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf } from '../kube/fixture.ts';

export const MINUTE = 60_000;
export const SETTLE_MS = 10_000;

/** All replicas' clock: it stands still until a test moves it, and timers do not notice. */
export class Clock {
  nowMs = Date.parse('2026-11-21T12:00:00Z');
}

/** Who asked, as far as a replica lets on: `mutate`, `validate`, `not-yet` or nothing. */
export type Replica = ReturnType<typeof startReplica>;

/** One replica as far as it is about paths, with looks each few milliseconds; it ends with the test. */
export function startReplica(api: KubeApi, clock: Clock) {
  const told: string[] = [];
  const client = clientOf(api);
  const tuning = { backoffBaseMs: 2, backoffCapMs: 10 };
  const now = () => clock.nowMs;
  const registrations = createRegistrationWatch({
    client,
    name: 'zonewarden',
    onProblem: () => undefined,
    tuning,
  });
  const keys = createKeysWatch({
    ...{ client, namespace: 'zonewarden', fieldManager: 'zonewarden-webhook', tuning, now, tickMs: 5 },
    onWrite: (changes) => void told.push(...changes.map(({ part, what }) => `${part} ${what}`)),
    onProblem: () => undefined,
  });
  const paths = createAdmissionPaths({
    ...{ keys, registrations, now, tickMs: 5 },
    onWanted: () => keeper.look(),
    onRetire: (reason) => void told.push(`retired ${reason}`),
  });
  const keeper = createRegistrationKeeper({
    ...{ client, registrations, tuning, tickMs: 5 },
    fields: [paths.field],
    onWrite: (_kind, field, outcome) => void told.push(`${field} ${outcome}`),
  });
  const parts = [registrations, keys, paths, keeper];
  for (const part of parts) part.start();
  const stop = async () => {
    await Promise.all(parts.map((part) => part.stop()));
  };
  onTestFinished(stop);
  return {
    told,
    stop,
    stepOf: (path: string) => paths.stepOf(path),
    stepAfterLook: (path: string) => paths.stepAfterLook(path),
    problem: () => keys.problem() ?? paths.problem(),
    failed: () => paths.failed(),
    tokens: () => (keys.tokens() ?? []).map(({ token }) => token),
  };
}

type ClientConfig = { readonly service: object } | { readonly url: string };
export const SERVICE = { namespace: 'zonewarden', name: 'zonewarden-webhook', port: 443 };

/** Writes both configurations, as an apply that takes fields back, or `kubectl replace`, does. */
export function putConfigurations(
  api: KubeApi,
  clientConfig: (step: string) => ClientConfig = () => ({ service: SERVICE }),
) {
  for (const type of configurationTypes) {
    const webhooks = ['nodepools', 'nodeclaims'].map((name) => ({
      name,
      clientConfig: clientConfig(stepOf(type)),
    }));
    api.put(type, { metadata: { name: 'zonewarden' }, webhooks });
  }
}

const stepOf = ({ kind }: ResourceType) => (kind.startsWith('Mutating') ? 'mutate' : 'validate');

const configurationSchema = z.object({
  webhooks: z.array(
    z.object({
      clientConfig: z.object({
        service: z.object({ path: z.string().default('/') }).optional(),
        url: z.string().optional(),
      }),
    }),
  ),
});

/** Where the API server asks now, each different path once: what it does not know it asks by `/`. */
export function askedPaths(api: KubeApi): string[] {
  const paths = configurationTypes.flatMap((type) => {
    const { webhooks } = configurationSchema.parse(api.read(type, { name: 'zonewarden' }));
    return webhooks.map(({ clientConfig: { url, service } }) =>
      url === undefined ? (service?.path ?? '/') : new URL(url).pathname,
    );
  });
  return [...new Set(paths)];
}
