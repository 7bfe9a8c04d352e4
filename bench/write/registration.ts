import { z } from 'zod';
import { decodeKeys, KEYS_SECRET_NAME } from '../../shared/keys/keys-document.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { RunningWebhook } from './peers.ts';

const CONFIGURATIONS = {
  mutate: resources.mutatingWebhookConfigurations,
  validate: resources.validatingWebhookConfigurations,
} as const;
const STEPS = ['mutate', 'validate'] as const;

/** Both configurations of one webhook, ready to be created. */
export type Registration = Readonly<Partial<Record<(typeof STEPS)[number], KubeObject>>>;

/** The product's own, as the product has filled them. */
export async function ownRegistration(client: KubeClient): Promise<Registration> {
  const read = async (step: (typeof STEPS)[number]): Promise<KubeObject> => {
    const found = await client.get(CONFIGURATIONS[step], { name: 'zonewarden' });
    return { ...found, metadata: { name: 'zonewarden' } };
  };
  return { mutate: await read('mutate'), validate: await read('validate') };
}

/** The same rules for a peer: both steps, or the first one. */
export function registrationOf(name: string, { port, caPem, paths }: RunningWebhook): Registration {
  const configuration = (path: string): KubeObject => ({
    metadata: { name },
    webhooks: [
      {
        name: 'nodepools.bench.zonewarden.io',
        admissionReviewVersions: ['v1'],
        clientConfig: {
          url: `https://127.0.0.1:${port}${path}`,
          caBundle: Buffer.from(caPem).toString('base64'),
        },
        rules: [
          {
            apiGroups: ['karpenter.sh'],
            apiVersions: ['v1'],
            resources: ['nodepools'],
            operations: ['CREATE', 'UPDATE'],
            scope: 'Cluster',
          },
        ],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
      },
    ],
  });
  return {
    mutate: configuration(paths.mutate),
    ...(paths.validate === undefined ? {} : { validate: configuration(paths.validate) }),
  };
}

export async function register(client: KubeClient, registration: Registration): Promise<void> {
  for (const step of STEPS) {
    const configuration = registration[step];
    if (configuration !== undefined) await client.create(CONFIGURATIONS[step], configuration);
  }
}

export async function unregister(client: KubeClient, registration: Registration): Promise<void> {
  for (const step of STEPS) {
    const name = registration[step]?.metadata.name;
    if (name !== undefined) await deleteQuietly(client, step, name);
  }
}

async function deleteQuietly(client: KubeClient, step: (typeof STEPS)[number], name: string): Promise<void> {
  try {
    await client.delete(CONFIGURATIONS[step], { name });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The paths at which the product is called, as they stand in its configurations. */
export function pathsOf(registration: Registration): { readonly mutate: string; readonly validate: string } {
  const pathOf = (step: (typeof STEPS)[number]): string => {
    const text = JSON.stringify(registration[step]?.webhooks ?? []);
    const url = /"url":"([^"]+)"/.exec(text)?.[1];
    if (url === undefined) throw new Error(`the ${step} configuration names no URL`);
    return new URL(url).pathname;
  };
  return { mutate: pathOf('mutate'), validate: pathOf('validate') };
}

/** The same registration as the product would write it now: it asks by another path from time to time. */
export async function withNewestPath(client: KubeClient, registration: Registration): Promise<Registration> {
  const { data } = secretSchema.parse(
    await client.get(resources.secrets, { namespace: 'zonewarden', name: KEYS_SECRET_NAME }),
  );
  const { tokens } = decodeKeys(data);
  const newest = typeof tokens === 'object' && 'value' in tokens ? tokens.value[0]?.token : undefined;
  if (newest === undefined) throw new Error('the Secret of the keys holds no token');
  return JSON.parse(JSON.stringify(registration).replaceAll(/[0-9a-f]{48}/g, newest)) as Registration;
}

const secretSchema = z.looseObject({ data: z.record(z.string(), z.string()) });
