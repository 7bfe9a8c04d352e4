import { readFileSync } from 'node:fs';
import { apiRequest } from '../../control-plane/api-request.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const NAMESPACE = 'namespaces/zonewarden';

const caBundle = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');
const token = '0123456789abcdef'.repeat(3);
/** By URL the path is left out: there each apply takes it back (docs/keys.md). */
const fields = (step: string, isService: boolean) =>
  [0, 1].flatMap((index) => {
    const at = `/webhooks/${index}/clientConfig`;
    const value = `/${step}/${token}/if-this-fails-see/docs/break-glass.md`;
    const path = isService ? [{ op: 'add', path: `${at}/service/path`, value }] : [];
    return [{ op: 'add', path: `${at}/caBundle`, value: caBundle }, ...path];
  });
const rules = {
  variables: [{ name: 'impaired', expression: "['us-east-1a']" }],
  validations: [{ expression: "!('us-east-1b' in variables.impaired)", message: 'x' }],
};

/** What the product makes itself and no manifest has, and what it adds to objects of the manifests. */
const WRITES: readonly (readonly [path: string, contentType: string, body: object])[] = [
  own('/api/v1', 'ConfigMap', 'configmaps', 'zonewarden-impaired-zones', { data: { 'use1-az1': 'x' } }),
  own('/api/v1', 'ConfigMap', 'configmaps', 'zonewarden-catalog', {
    binaryData: { 'catalog.json.gz': caBundle },
  }),
  own('/api/v1', 'Secret', 'secrets', 'zonewarden-webhook-ca', { data: { 'tls.crt': caBundle } }),
  own('/api/v1', 'Secret', 'secrets', 'zonewarden-keys', { data: { 'mark-keys': caBundle } }),
  own('/apis/coordination.k8s.io/v1', 'Lease', 'leases', 'zonewarden-watcher', {
    spec: { holderIdentity: 'x' },
  }),
  [`${ADMISSION}/validatingadmissionpolicies/zonewarden`, 'application/merge-patch+json', { spec: rules }],
];

function own(api: string, kind: string, plural: string, name: string, content: object) {
  const apiVersion = api.replace(/^\/apis?\//, '');
  const object = { apiVersion, kind, metadata: { name, namespace: 'zonewarden' }, ...content };
  const path = `${api}/${NAMESPACE}/${plural}/${name}?fieldManager=zonewarden&force=true`;
  return [path, 'application/apply-patch+yaml', object] as const;
}

type Write = (typeof WRITES)[number];

/** With what it writes into the webhook configurations, as they are. */
async function writesInto(target: Parameters<typeof apiRequest>[0]): Promise<readonly Write[]> {
  const intoConfigurations = ['mutate', 'validate'].map(async (step): Promise<Write> => {
    const path = `${ADMISSION}/${step.replace(/e$/, '')}ingwebhookconfigurations/zonewarden`;
    const { text } = await apiRequest(target, { method: 'GET', path });
    return [path, 'application/json-patch+json', fields(step, text.includes('"service":'))];
  });
  return [...WRITES, ...(await Promise.all(intoConfigurations))];
}

/** Writes what the product itself writes into an installation. May be called again. */
export async function actAsTheProduct(
  controlPlane: Pick<ControlPlane, 'endpoint' | 'caFile' | 'adminToken'>,
): Promise<void> {
  const { endpoint, caFile, adminToken: token } = controlPlane;
  const target = { endpoint, ca: readFileSync(caFile, 'utf8'), token };
  for (const [path, contentType, body] of await writesInto(target)) {
    const request = { method: 'PATCH' as const, path, contentType, body: JSON.stringify(body) };
    const { status, text } = await apiRequest(target, request);
    if (status !== 200 && status !== 201) throw new Error(`${path}: HTTP ${status} ${text}`);
  }
}
