import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

/** The folder of the root kustomization. */
export const installRoot = new URL('../../../', import.meta.url).pathname;

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** One object of an installation, as kustomize renders it. */
export type RenderedObject = z.infer<typeof objectSchema>;

/** Renders the default installation with kubectl's own kustomize. */
export async function renderInstallation(controlPlane: ControlPlane): Promise<RenderedObject[]> {
  const { stdout } = await controlPlane.kubectl(['kustomize', installRoot]);
  return parseAllDocuments(stdout).map((document) => objectSchema.parse(document.toJS()));
}

/** Installs as a user does, and returns what kubectl said about each object. */
export async function applyInstallation(controlPlane: ControlPlane): Promise<string[]> {
  const { stdout } = await controlPlane.kubectl(['apply', '-k', installRoot]);
  return stdout.trim().split('\n');
}
