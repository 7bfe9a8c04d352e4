import { z } from 'zod';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import type { ResourceType } from '../../shared/kube/resource.ts';
import { bundleChange, type WantedTrust } from './ca-bundle.ts';
import { FIELD_MANAGER } from './ca-secret.ts';

const configurationSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  webhooks: z
    .array(z.looseObject({ clientConfig: z.looseObject({ caBundle: z.string().nullish() }) }))
    .nullish(),
});

/** What one look at a configuration came to. */
export type BundleOutcome = 'unchanged' | 'patched' | 'absent';

/**
 * Looks once whether every webhook of one configuration trusts what it should, and patches those that don't.
 * @throws KubeError, `kube.conflict` when somebody else wrote the configuration in between.
 */
export async function bringTrust(
  client: Pick<KubeClient, 'get' | 'patch'>,
  type: ResourceType,
  name: string,
  wanted: WantedTrust,
  now: Date,
): Promise<BundleOutcome> {
  let configuration: z.infer<typeof configurationSchema>;
  try {
    configuration = configurationSchema.parse(await client.get(type, { name }));
  } catch (error) {
    if (isNotFound(error)) return 'absent';
    throw error;
  }
  const changes = (configuration.webhooks ?? []).flatMap(({ clientConfig }, index) => {
    const change = bundleChange(clientConfig.caBundle ?? '', wanted, now);
    return change === undefined
      ? []
      : [{ op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value: change.value }];
  });
  if (changes.length === 0) return 'unchanged';
  // The version is written, not tested: writing another one than the stored is a 409 that names the object, while a
  // `test` that fails is a 422 like any malformed patch. The indices hold for this version alone.
  const guard = {
    op: 'add',
    path: '/metadata/resourceVersion',
    value: configuration.metadata.resourceVersion,
  };
  await client.patch(
    type,
    { name },
    { kind: 'json', body: [guard, ...changes] },
    { fieldManager: FIELD_MANAGER },
  );
  return 'patched';
}
