import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { applyInstallation, installations, renderInstallation } from './rendered-manifests.ts';

let controlPlane: ControlPlane;
let kubeconfig: string;
beforeAll(async () => {
  controlPlane = await startControlPlane();
  await applyInstallation(controlPlane);
  kubeconfig = await controlPlane.serviceAccountKubeconfig('zonewarden', 'zonewarden');
});
afterAll(() => controlPlane?.stop());

const HOOKS = 'admissionregistration.k8s.io';
const NAMESPACE = 'zonewarden';

/** verbs, API group, resource, object name (or any), namespace (or the whole cluster) */
type Right = readonly [
  verbs: string,
  group: string,
  resource: string,
  name?: string | undefined,
  namespace?: string,
];

const needed: readonly Right[] = [
  ['list watch patch', 'karpenter.sh', 'nodepools'],
  ['list watch', 'karpenter.sh', 'nodeclaims'],
  ['list watch patch', '', 'nodes'],
  ['list watch', 'karpenter.k8s.aws', 'ec2nodeclasses'],
  ['get list watch patch', HOOKS, 'mutatingwebhookconfigurations', 'zonewarden'],
  ['get list watch patch', HOOKS, 'validatingwebhookconfigurations', 'zonewarden'],
  ['list watch patch', HOOKS, 'validatingadmissionpolicies', 'zonewarden'],
  ['list watch', HOOKS, 'validatingadmissionpolicybindings', 'zonewarden'],
  ['create', '', 'events', undefined, NAMESPACE],
  ['create', '', 'events', undefined, 'default'],
  ['create', '', 'configmaps', undefined, NAMESPACE],
  ['get list watch update', '', 'configmaps', 'zonewarden-impaired-zones', NAMESPACE],
  ['list watch', '', 'configmaps', 'zonewarden-config', NAMESPACE],
  ['list watch', '', 'configmaps', 'zonewarden-policy', NAMESPACE],
  ['list watch', '', 'configmaps', 'zonewarden-catalog', NAMESPACE],
  ['create', '', 'secrets', undefined, NAMESPACE],
  ['get list watch update', '', 'secrets', 'zonewarden-webhook-ca', NAMESPACE],
  ['get list watch update', '', 'secrets', 'zonewarden-keys', NAMESPACE],
  ['create', 'coordination.k8s.io', 'leases', undefined, NAMESPACE],
  ['get update', 'coordination.k8s.io', 'leases', 'zonewarden-watcher', NAMESPACE],
];

const refused: readonly Right[] = [
  ['get create update delete deletecollection', 'karpenter.sh', 'nodepools'],
  ['get create update patch delete', 'karpenter.sh', 'nodeclaims'],
  ['create update patch delete', 'karpenter.k8s.aws', 'ec2nodeclasses'],
  ['get create update delete deletecollection', '', 'nodes'],
  ['patch update', '', 'nodes/status'],
  ['create', '', 'pods/eviction', undefined, 'default'],
  ['create update delete', HOOKS, 'mutatingwebhookconfigurations', 'zonewarden'],
  ['get list watch patch', HOOKS, 'mutatingwebhookconfigurations', 'other'],
  ['get list watch patch', HOOKS, 'validatingwebhookconfigurations'],
  ['get create update delete', HOOKS, 'validatingadmissionpolicies', 'zonewarden'],
  ['list watch patch', HOOKS, 'validatingadmissionpolicies', 'other'],
  ['get create update patch delete', HOOKS, 'validatingadmissionpolicybindings', 'zonewarden'],
  ['list watch', HOOKS, 'validatingadmissionpolicybindings', 'other'],
  ['get list watch update patch delete', '', 'secrets', 'other', NAMESPACE],
  ['get list watch', '', 'secrets', undefined, NAMESPACE],
  ['patch delete', '', 'secrets', 'zonewarden-webhook-ca', NAMESPACE],
  ['patch delete', '', 'secrets', 'zonewarden-keys', NAMESPACE],
  ['get list create', '', 'secrets', 'zonewarden-keys', 'kube-system'],
  ['get list create', '', 'secrets', 'zonewarden-webhook-ca', 'kube-system'],
  ['get list watch update patch', '', 'configmaps', 'other', NAMESPACE],
  ['patch delete', '', 'configmaps', 'zonewarden-impaired-zones', NAMESPACE],
  ['get update patch delete', '', 'configmaps', 'zonewarden-config', NAMESPACE],
  ['get update patch delete', '', 'configmaps', 'zonewarden-policy', NAMESPACE],
  ['get update patch delete', '', 'configmaps', 'zonewarden-catalog', NAMESPACE],
  ['get list watch update patch delete', '', 'events', undefined, 'default'],
  ['get list watch create', '', 'configmaps', undefined, 'default'],
  ['get list watch create update patch delete', 'openreports.io', 'clusterreports'],
  ['get list create', '', 'configmaps', undefined, 'kube-system'],
  ['get update patch', 'coordination.k8s.io', 'leases', 'other', NAMESPACE],
  ['get list watch create delete', '', 'pods', undefined, NAMESPACE],
  ['create', '', 'serviceaccounts/token', 'zonewarden', NAMESPACE],
  ['get list escalate bind update', 'rbac.authorization.k8s.io', 'clusterroles'],
  ['impersonate', '', 'users'],
];

const attributesOf = ([verbs, group, resource, name, namespace]: Right) =>
  verbs.split(' ').map((verb) => {
    const [plural = resource, subresource] = resource.split('/');
    return { verb, group, resource: plural, subresource, name, namespace };
  });

/** Asks the API server, as the service account, about each right (what `kubectl auth can-i` asks), in one call. */
async function ask(rights: readonly Right[]): Promise<[question: string, allowed: boolean][]> {
  const questions = rights.flatMap(attributesOf);
  const reviews = questions.map((resourceAttributes) => ({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }));
  const input = reviews.map((review) => JSON.stringify(review)).join('\n---\n');
  const args = ['create', '--validate=false', '-f', '-', '-o', 'jsonpath={.status.allowed}{"\\n"}'];
  const { stdout } = await controlPlane.kubectl(args, { input, kubeconfig });
  const answers = stdout.trim().split('\n');
  expect(answers).toHaveLength(questions.length);
  return questions.map((question, index) => [JSON.stringify(question), answers[index] === 'true']);
}

test('the service account may do what the product needs', async () => {
  const answers = await ask(needed);
  expect(answers.filter(([, allowed]) => !allowed)).toEqual([]);
});

test('it may do nothing beside that', async () => {
  const answers = await ask(refused);
  expect(answers.filter(([, allowed]) => allowed)).toEqual([]);
});

test('collections are readable by the one name that is granted, and not as a whole', async () => {
  const list = (kind: string, name?: string) => {
    const selector = name === undefined ? [] : ['--field-selector', `metadata.name=${name}`];
    return controlPlane.kubectl(['get', kind, '-n', NAMESPACE, ...selector], {
      kubeconfig,
      allowFailure: true,
    });
  };
  expect(await list('configmaps', 'zonewarden-impaired-zones')).toMatchObject({ code: 0 });
  expect((await list('configmaps')).stderr).toMatch(/forbidden/);
  expect((await list('secrets', 'other')).stderr).toMatch(/forbidden/);
});

const roleSchema = z.looseObject({
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
    }),
  ),
});

type RoleRule = z.infer<typeof roleSchema>['rules'][number];

async function rulesOf(folder: string, isMeant = (_name: string) => true): Promise<RoleRule[]> {
  const rendered = await renderInstallation(controlPlane, folder);
  const roles = rendered.filter(({ kind, metadata }) => /Role$/.test(kind) && isMeant(metadata.name));
  return roles.flatMap((role) => roleSchema.parse(role).rules);
}

test('with certificates from cert-manager it may read no Secret but that of the keys, and write the webhook configurations', async () => {
  const rules = await rulesOf('config/overlays/cert-manager');
  expect(rules).toEqual(await rulesOf('.', (name) => !name.endsWith('-self-managed-certs')));
  const secrets = rules.filter(({ resources }) => resources.includes('secrets'));
  expect(secrets.map(({ verbs, resourceNames }) => [verbs.join(), resourceNames?.join()])).toEqual([
    ['create', undefined],
    ['get,list,watch,update', 'zonewarden-keys'],
  ]);
  const hooks = rules.filter(({ resources }) => resources.includes('mutatingwebhookconfigurations'));
  expect(hooks.flatMap(({ verbs }) => verbs)).toEqual(['list', 'watch', 'get', 'patch']);
});

/** What an overlay may do beside the default installation: what its component is for, and no more. */
const ADDED: Readonly<Record<string, readonly RoleRule[]>> = {
  'config/overlays/reports': [
    {
      apiGroups: ['openreports.io'],
      resources: ['clusterreports'],
      verbs: ['list', 'watch', 'create', 'patch'],
    },
  ],
  'config/overlays/ec2-catalog': [
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['zonewarden-catalog'], verbs: ['patch'] },
  ],
};

test.each(installations)('%s: no rights beside those of the default installation', async (folder) => {
  const usual = new Set((await rulesOf('.')).map((rule) => JSON.stringify(rule)));
  const more = (await rulesOf(folder)).filter((rule) => !usual.has(JSON.stringify(rule)));
  expect(more).toEqual(ADDED[folder] ?? []);
});

test('no rule holds a wildcard, and no write but create goes without a name, except nudge and cordon', async () => {
  const rules = await rulesOf('.');
  expect(rules.length).toBeGreaterThan(0);
  expect(JSON.stringify(rules)).not.toContain('*');
  const reading = new Set(['get', 'list', 'watch', 'create']);
  const broad = rules.filter((rule) => !rule.resourceNames && rule.verbs.some((verb) => !reading.has(verb)));
  expect(broad).toEqual([
    { apiGroups: ['karpenter.sh'], resources: ['nodepools'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['patch'] },
  ]);
});
