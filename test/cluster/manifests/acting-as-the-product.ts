import type { ControlPlane } from '../../control-plane/control-plane.ts';

const CA_BUNDLE = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');
const inNamespace = (name: string) => ({ name, namespace: 'zonewarden' });

/** What the product makes itself and no manifest has. */
const OWN_OBJECTS = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: inNamespace('zonewarden-impaired-zones'),
    data: { 'use1-az1': 'x' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: inNamespace('zonewarden-webhook-ca'),
    stringData: { 'tls.crt': 'x' },
  },
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: inNamespace('zonewarden-watcher'),
    spec: { holderIdentity: 'x' },
  },
];

/**
 * Writes what the product itself writes into an installation: its own objects, caBundle in each webhook, and the rules of
 * the policy fallback. May be called again.
 */
export async function actAsTheProduct(controlPlane: Pick<ControlPlane, 'kubectl'>): Promise<void> {
  const bundles = [0, 1].map((index) => ({
    op: 'add',
    path: `/webhooks/${index}/clientConfig/caBundle`,
    value: CA_BUNDLE,
  }));
  for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
    await controlPlane.kubectl(['patch', kind, 'zonewarden', '--type=json', '-p', JSON.stringify(bundles)]);
  }
  const rules = {
    spec: {
      variables: [{ name: 'impaired', expression: "['us-east-1a']" }],
      validations: [{ expression: "!('us-east-1b' in variables.impaired)", message: 'x' }],
    },
  };
  await controlPlane.kubectl([
    'patch',
    'validatingadmissionpolicy',
    'zonewarden',
    '--type=merge',
    '-p',
    JSON.stringify(rules),
  ]);
  const input = OWN_OBJECTS.map((object) => JSON.stringify(object)).join('\n---\n');
  await controlPlane.kubectl(['apply', '--server-side', '--field-manager=zonewarden', '-f', '-'], { input });
}
