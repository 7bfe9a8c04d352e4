import { z } from 'zod';
import type { Installation } from '../../installation/installation.ts';
import { renderManifests } from '../../installation/manifests.ts';

/** One verb on one resource, out of one role of the manifests. */
export interface GrantedRight {
  readonly role: { readonly kind: string; readonly name: string; readonly namespace: string };
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly names: readonly string[] | undefined;
}

const roleSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().default('zonewarden') }),
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
    }),
  ),
});

/** Every right of the default installation, as its manifests grant them. */
export async function grantedRights({
  controlPlane,
}: Pick<Installation, 'controlPlane'>): Promise<GrantedRight[]> {
  const rendered = await renderManifests(controlPlane);
  return rendered
    .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
    .flatMap((manifest) => {
      const { kind, metadata, rules } = roleSchema.parse(manifest);
      const role = { kind, ...metadata };
      return rules.flatMap(({ apiGroups, resources, verbs, resourceNames: names }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) => verbs.map((verb) => ({ role, group, resource, verb, names }))),
        ),
      );
    });
}

/** `patch nodes`, `get secrets zonewarden-webhook-ca` */
export function showRight({ verb, resource, names = [] }: GrantedRight): string {
  return [verb, resource, ...names].join(' ');
}

/** Gives every role of the installation its rights, without those that are to be taken away. */
export async function grant(
  { controlPlane }: Pick<Installation, 'controlPlane'>,
  all: readonly GrantedRight[],
  without: readonly GrantedRight[] = [],
): Promise<void> {
  const roles = Map.groupBy(all, ({ role }) => `${role.namespace} ${role.kind}/${role.name}`);
  for (const [key, rights] of roles) {
    if (without.length > 0 && !rights.some((right) => without.includes(right))) continue;
    const rules = rights
      .filter((right) => !without.includes(right))
      .map(({ group, resource, verb, names }) => ({
        apiGroups: [group],
        resources: [resource],
        verbs: [verb],
        ...(names === undefined ? {} : { resourceNames: names }),
      }));
    const body = JSON.stringify({ rules });
    const [namespace = '', role = ''] = key.split(' ');
    await controlPlane.kubectl(['patch', role, '-n', namespace, '--type=merge', '-p', body]);
  }
}
