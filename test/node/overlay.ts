import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { NodeCluster } from './cluster.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * The folder of a kustomization as a user would write it: ours, with another image and with options of their own.
 * @param base path of our kustomization from the repository's root; '.' is the default installation
 * @param options of both processes, by the name of their environment variable
 * @returns the folder, for `kubectl apply -k`
 */
export function overlayOf(
  { dir, image }: Pick<NodeCluster, 'dir' | 'image'>,
  base: string,
  options: Readonly<Record<string, string>>,
  more: object = {},
): string {
  const folder = join(dir, `overlay-${base.replaceAll(/[^a-z]/g, '') || 'root'}`);
  mkdirSync(folder, { recursive: true });
  const colon = image.lastIndexOf(':');
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    // kustomize takes no absolute paths.
    resources: [relative(folder, join(root, base))],
    images: [
      {
        name: 'ghcr.io/zonewarden/zonewarden',
        newName: image.slice(0, colon),
        newTag: image.slice(colon + 1),
      },
    ],
    configMapGenerator: [
      {
        name: 'zonewarden-options',
        namespace: 'zonewarden',
        behavior: 'merge',
        literals: Object.entries(options).map(([name, value]) => `${name}=${value}`),
      },
    ],
    ...more,
  };
  writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
  return folder;
}
