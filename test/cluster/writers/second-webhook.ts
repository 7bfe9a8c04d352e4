import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { budgetsOf, requirementsOf } from '../../../shared/views/node-pool.ts';
import { makeAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';
import { inZones } from '../../installation/node-pools.ts';
import { ALL } from './manifests.ts';
import { view } from './observe.ts';

/**
 * Somebody else's mutating webhook: real HTTPS, registered twice, once under a name that sorts before ours and once
 * after it. Each of its habits concerns the NodePools that are labelled with it.
 */
export const LABEL = 'second-webhook';
export const ARCH = { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] };
export const THIRTY = { nodes: '30%' };

export type Habit = 'label' | 'requirement' | 'zones' | 'budget';
export const PLACES = { before: 'a-second-webhook', after: 'zz-second-webhook' } as const;
export type Place = keyof typeof PLACES;

/** What each habit makes of a NodePool: patch operations, none where it is there already. */
const habits: Readonly<Record<Habit, (pool: KubeObject) => object[]>> = {
  label: ({ metadata }) =>
    metadata.labels?.team === 'payments'
      ? []
      : [{ op: 'add', path: '/metadata/labels/team', value: 'payments' }],
  requirement: (pool) =>
    requirementsOf(view(pool)).some(({ key }) => key === ARCH.key)
      ? []
      : [{ op: 'add', path: '/spec/template/spec/requirements/-', value: ARCH }],
  // The hostile one: it wants all zones, whatever anybody else says.
  zones: (pool) => {
    const at = requirementsOf(view(pool)).findIndex(({ key }) => key === 'topology.kubernetes.io/zone');
    return [{ op: 'replace', path: `/spec/template/spec/requirements/${at}`, value: inZones(...ALL) }];
  },
  budget: (pool) =>
    budgetsOf(view(pool))?.some(({ nodes }) => nodes === THIRTY.nodes) === true
      ? []
      : [{ op: 'add', path: '/spec/disruption/budgets/-', value: THIRTY }],
};

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'metadata' in value;
const reviewSchema = z.object({
  request: z.object({ uid: z.string(), object: z.custom<KubeObject>(isObject) }),
});

export interface SecondWebhook {
  /** Both configurations, to be created. */
  readonly configurations: readonly object[];
  stop(): Promise<void>;
}

export async function startSecondWebhook(): Promise<SecondWebhook> {
  const now = new Date();
  const authority = await makeAuthority(now);
  const leaf = await signLeaf(authority, ['127.0.0.1'], now);
  // The API server keeps connections for 90 s; Node gives up after 5 s, and now and then just as a request comes in.
  const tls = { cert: leaf.certPem, key: leaf.keyPem, keepAliveTimeout: 95_000 };
  const server = createServer(tls, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const habit = new URL(request.url ?? '/', 'https://127.0.0.1').pathname.slice(1);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(habit, body)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const caBundle = Buffer.from(authority.certificatePem).toString('base64');
  return {
    configurations: (['before', 'after'] as const).map((place) => configuration(place, base, caBundle)),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(habit: string, body: string): object {
  const { request } = reviewSchema.parse(JSON.parse(body));
  const change = Object.entries(habits).find(([name]) => name === habit)?.[1];
  const patch = change?.(request.object) ?? [];
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid: request.uid,
      allowed: true,
      ...(patch.length === 0
        ? {}
        : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
    },
  };
}

function configuration(place: Place, base: string, caBundle: string): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: PLACES[place] },
    webhooks: Object.keys(habits).map((habit) => ({
      name: `${habit}.second-webhook.test`,
      admissionReviewVersions: ['v1'],
      clientConfig: { url: `${base}/${habit}`, caBundle },
      objectSelector: { matchLabels: { [LABEL]: `${place}-${habit}` } },
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
    })),
  };
}
