import type { KubeObject } from '../kube/object.ts';
import type { ResourceType } from '../kube/resource.ts';

/**
 * One object of a kind, by its name. Who listens hears of each write, also of one that leaves what is read of it as it was:
 * somebody who writes the same again wants it looked at again, and what was done about it before may have failed.
 */
export function oneObject<T extends object>(
  type: ResourceType,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
  read: (object: KubeObject) => T,
) {
  return {
    type,
    select: { namespace, fieldSelector: `metadata.name=${name}` },
    // Not the `resourceVersion` of a view, of which alone nobody is told.
    read: (object: KubeObject) => ({ name, version: object.metadata.resourceVersion, ...read(object) }),
  };
}
