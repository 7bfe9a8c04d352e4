import { z } from 'zod';
import { LINE } from './decision-line.ts';

const policies = z
  .record(z.string(), z.string())
  .nullable()
  .describe('Webhook to failure policy; null: there is no such configuration');

/** How the API server calls the webhook: at its start, and when that changes. */
export const registrationLineSchema = z
  .looseObject({
    ...LINE,
    component: z.literal('webhook'),
    event: z
      .enum(['registration', 'break-glass'])
      .describe('break-glass: webhooks that the product expects are gone'),
    message: z.string().optional().describe('The same in words'),
    kind: z.string().describe('MutatingWebhookConfiguration or ValidatingWebhookConfiguration'),
    configuration: z.string().describe('Its name'),
    from: policies.optional().describe('Failure policy of each webhook before; absent at the first look'),
    to: policies,
    missing: z
      .array(z.string())
      .describe('The webhooks that the product expects and that are not registered'),
  })
  .describe('How the API server calls the webhook');
