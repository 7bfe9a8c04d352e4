import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { makeAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';
import type { Manifest } from '../../installation/manifests.ts';

/** What it counts in. */
export const COUNTER = 'test/writes';
/** NodePools whose names begin like this are counted. */
export const COUNTED = 'counted-';

const reviewSchema = z.object({
  request: z.object({
    uid: z.string(),
    object: z.object({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).optional() }),
    }),
  }),
});

export interface CountingWebhook {
  readonly configuration: Manifest;
  stop(): Promise<void>;
}

/**
 * Somebody else's mutating webhook, which is called after ours and changes the object in each request: ours is then
 * asked a second time (reinvocationPolicy IfNeeded).
 */
export async function startCountingWebhook(): Promise<CountingWebhook> {
  const now = new Date();
  const authority = await makeAuthority(now);
  const leaf = await signLeaf(authority, ['127.0.0.1'], now);
  let count = 0;
  const server = createServer({ cert: leaf.certPem, key: leaf.keyPem }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      count += 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(body, count)));
    });
  });
  // Longer than the API server keeps an idle connection (90 s): one that is cut as a write comes in fails that write.
  server.keepAliveTimeout = 95_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const caBundle = Buffer.from(authority.certificatePem).toString('base64');
  return {
    configuration: configuration(url, caBundle),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(body: string, count: number): object {
  const { uid, object } = reviewSchema.parse(JSON.parse(body)).request;
  const value = String(count);
  const patch =
    object.metadata.annotations === undefined
      ? [{ op: 'add', path: '/metadata/annotations', value: { [COUNTER]: value } }]
      : [{ op: 'add', path: `/metadata/annotations/${COUNTER.replace('/', '~1')}`, value }];
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
    },
  };
}

/** Its name sorts after ours, which is the order in which they are called. */
function configuration(url: string, caBundle: string): Manifest {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'zz-counting' },
    webhooks: [
      {
        name: 'counting.webhook.test',
        admissionReviewVersions: ['v1'],
        clientConfig: { url, caBundle },
        rules: [
          {
            apiGroups: ['karpenter.sh'],
            apiVersions: ['v1'],
            resources: ['nodepools'],
            operations: ['CREATE', 'UPDATE'],
            scope: 'Cluster',
          },
        ],
        matchConditions: [
          { name: 'counted', expression: `object.metadata.name.startsWith('${COUNTED}')` },
          { name: 'not-being-deleted', expression: '!has(object.metadata.deletionTimestamp)' },
        ],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
      },
    ],
  };
}
