import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import type { ResourceType } from '../../shared/kube/resource.ts';
import { type RegisteredWebhook, readWebhooks } from './registered-webhook.ts';

/** The manager of every field that the webhook writes. */
export const FIELD_MANAGER = 'zonewarden-webhook';

/** What of a webhook's `clientConfig` the product writes: whom the API server trusts, and where it asks. */
export type FieldName = 'caBundle' | 'path';

/** What is to be written into one webhook. */
export interface FieldChange {
  /** Below `clientConfig`: `caBundle`, `service/path`, `url`. */
  readonly pointer: string;
  readonly value: string;
  /**
   * True when calls fail, or will, without it: to be written at once. False for what only should be otherwise.
   */
  readonly urgent: boolean;
}

/** A field that the product keeps in each webhook of both configurations. */
export interface KeptField {
  readonly name: FieldName;
  /** What is to become of it; `undefined` when it is as wanted, or it is not known yet what is wanted. */
  changeOf(webhook: RegisteredWebhook, type: ResourceType): FieldChange | undefined;
}

/** What one look at a configuration came to: which fields were written; `absent` when there is no configuration. */
export type BroughtFields = readonly FieldName[] | 'absent';

/**
 * Looks once whether every webhook of one configuration is as each field is wanted, and patches those that are not.
 * @throws KubeError, `kube.conflict` when somebody else wrote the configuration in between.
 */
export async function bringFields(
  client: Pick<KubeClient, 'get' | 'patch'>,
  type: ResourceType,
  name: string,
  fields: readonly KeptField[],
): Promise<BroughtFields> {
  let configuration: KubeObject;
  try {
    configuration = await client.get(type, { name });
  } catch (error) {
    if (isNotFound(error)) return 'absent';
    throw error;
  }
  const changes = readWebhooks(configuration).flatMap((webhook, index) =>
    fields.flatMap((field) => {
      const change = field.changeOf(webhook, type);
      return change === undefined ? [] : [{ index, name: field.name, ...change }];
    }),
  );
  if (changes.length === 0) return [];
  // The version is written, not tested: writing another one than the stored is a 409 that names the object, while a
  // `test` that fails is a 422 like any malformed patch. The indices hold for this version alone.
  const guard = {
    op: 'add',
    path: '/metadata/resourceVersion',
    value: configuration.metadata.resourceVersion,
  };
  const operations = changes.map(({ index, pointer, value }) => ({
    op: 'add',
    path: `/webhooks/${index}/clientConfig/${pointer}`,
    value,
  }));
  const patch = { kind: 'json' as const, body: [guard, ...operations] };
  await client.patch(type, { name }, patch, { fieldManager: FIELD_MANAGER });
  return [...new Set(changes.map((change) => change.name))];
}
