import { z } from 'zod';
import type { KubeClient } from '../../../shared/kube/client.ts';
import { type ResourceType, resources } from '../../../shared/kube/resource.ts';

const configurationSchema = z.object({
  webhooks: z.array(z.object({ clientConfig: z.object({ caBundle: z.string().optional() }) })),
});

/** The caBundle of each webhook of a configuration, as PEM; empty where there is none. */
export async function trustedCas(client: KubeClient, type: ResourceType): Promise<string[]> {
  const { webhooks } = configurationSchema.parse(await client.get(type, { name: 'zonewarden' }));
  return webhooks.map(({ clientConfig }) =>
    Buffer.from(clientConfig.caBundle ?? '', 'base64').toString('utf8'),
  );
}

/** The caBundles of both configurations. */
export async function allTrustedCas(client: KubeClient): Promise<string[]> {
  const both = [resources.mutatingWebhookConfigurations, resources.validatingWebhookConfigurations];
  return (await Promise.all(both.map((type) => trustedCas(client, type)))).flat();
}

/** The CA in the Secret, as PEM; `undefined` while there is no Secret or nothing readable in it. */
export async function caInSecret(client: KubeClient): Promise<string | undefined> {
  const found = await client
    .get(resources.secrets, { namespace: 'zonewarden', name: 'zonewarden-webhook-ca' })
    .catch(() => undefined);
  const encoded = (found?.data as Record<string, string> | undefined)?.['tls.crt'] ?? '';
  const pem = Buffer.from(encoded, 'base64').toString('utf8');
  return pem.startsWith('-----BEGIN CERTIFICATE-----') ? pem : undefined;
}
