import { z } from 'zod';

/** Where the API server calls one webhook: the path of the Service, or the whole URL. */
export interface AskedAt {
  readonly field: 'service.path' | 'url';
  /** Empty for a Service without a path. */
  readonly text: string;
}

/** One webhook of a configuration, as far as the product looks at it. */
export interface RegisteredWebhook {
  readonly name: string;
  /** What the API server does when it cannot reach us. */
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** PEM in base64; empty when there is none. */
  readonly caBundle: string;
  readonly askedAt: AskedAt;
}

const configurationSchema = z.looseObject({
  webhooks: z
    .array(
      z.looseObject({
        name: z.string(),
        failurePolicy: z.enum(['Fail', 'Ignore']).default('Fail'),
        clientConfig: z.looseObject({
          caBundle: z.string().nullish(),
          url: z.string().nullish(),
          service: z.looseObject({ path: z.string().nullish() }).nullish(),
        }),
      }),
    )
    .nullish(),
});

/** Reads the webhooks of a configuration, in order. @throws z.ZodError for what is no configuration */
export function readWebhooks(object: unknown): RegisteredWebhook[] {
  return (configurationSchema.parse(object).webhooks ?? []).map(({ name, failurePolicy, clientConfig }) => {
    const { caBundle, url, service } = clientConfig;
    const askedAt: AskedAt =
      typeof url === 'string'
        ? { field: 'url', text: url }
        : { field: 'service.path', text: service?.path ?? '' };
    return { name, failurePolicy, caBundle: caBundle ?? '', askedAt };
  });
}
