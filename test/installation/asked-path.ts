import { z } from 'zod';
import type { KubeClient } from '../../shared/kube/client.ts';
import { resources } from '../../shared/kube/resource.ts';

const TYPES = {
  mutate: resources.mutatingWebhookConfigurations,
  validate: resources.validatingWebhookConfigurations,
};

const configurationSchema = z.object({
  webhooks: z.tuple(
    [
      z.object({
        clientConfig: z.object({
          url: z.url().optional(),
          service: z.object({ path: z.string() }).optional(),
        }),
      }),
    ],
    z.unknown(),
  ),
});

/** The path that the API server asks by now, as its configuration says. Another one follows it from time to time. */
export async function askedPath(
  client: Pick<KubeClient, 'get'>,
  step: keyof typeof TYPES,
  name = 'zonewarden',
): Promise<string> {
  const configuration = configurationSchema.parse(await client.get(TYPES[step], { name }));
  const { url, service } = configuration.webhooks[0].clientConfig;
  return url === undefined ? (service?.path ?? '/') : new URL(url).pathname;
}
