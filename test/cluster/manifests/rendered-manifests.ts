import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { ROOT } from '../../unit/architecture/source-files.ts';

/** The folder of the root kustomization. */
export const installRoot = ROOT;

const overlayFolder = join(ROOT, 'config', 'overlays');

/** Every way to install that is in the repository: each overlay, then the root, as paths from the root. */
export const installations: readonly string[] = [
  ...readdirSync(overlayFolder).map((name) => relative(ROOT, join(overlayFolder, name))),
  '.',
];

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.exactOptional(z.string()) }),
});

/** One object of an installation, as kustomize renders it. */
export type RenderedObject = z.infer<typeof objectSchema>;

/** Renders a kustomization, by default the default installation, with kubectl's own kustomize. */
export async function renderInstallation(
  controlPlane: Pick<ControlPlane, 'kubectl'>,
  folder = '.',
): Promise<RenderedObject[]> {
  const { stdout } = await controlPlane.kubectl(['kustomize', resolve(ROOT, folder)]);
  return parseAllDocuments(stdout).map((document) => objectSchema.parse(document.toJS()));
}

/** Installs as a user does, and returns what kubectl said about each object. A warning of the API server throws. */
export async function applyInstallation(controlPlane: ControlPlane, folder = '.'): Promise<string[]> {
  const args = ['apply', '--validate=strict', '--warnings-as-errors', '-k', resolve(ROOT, folder)];
  const { stdout } = await controlPlane.kubectl(args);
  return stdout.trim().split('\n');
}
