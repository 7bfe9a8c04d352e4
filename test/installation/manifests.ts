import { parseAllDocuments, stringify } from 'yaml';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { ROOT } from './product-process.ts';

export interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}

let rendered: Promise<string> | undefined;

/**
 * What `kubectl apply -k .` would apply: the same kustomization that users install. Rendered once in a process: no test
 * writes to it.
 */
export async function renderManifests(controlPlane: Pick<ControlPlane, 'kubectl'>): Promise<Manifest[]> {
  rendered ??= controlPlane.kubectl(['kustomize', ROOT]).then(({ stdout }) => stdout);
  return parseAllDocuments(await rendered).map((document) => document.toJS() as Manifest);
}

interface WebhookConfiguration extends Manifest {
  webhooks: { clientConfig: { service?: { path?: string }; url?: string } }[];
}

export function isWebhookConfiguration(manifest: Manifest): manifest is WebhookConfiguration {
  return manifest.kind.endsWith('WebhookConfiguration');
}

/** The same configuration for a webhook that is not in the cluster: URL instead of Service, as envtest does it. */
export function calledByUrl(manifest: Manifest, base: string): Manifest {
  if (!isWebhookConfiguration(manifest)) return manifest;
  const step = manifest.kind.startsWith('Mutating') ? 'mutate' : 'validate';
  return {
    ...manifest,
    webhooks: manifest.webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { url: `${base}/${step}/if-this-fails-see/docs/break-glass.md` },
    })),
  };
}

/** A Deployment scaled to nothing; any other manifest as it is. */
export function wantingNoPods(manifest: Manifest): Manifest {
  const { kind, spec } = manifest;
  if (kind !== 'Deployment' || typeof spec !== 'object') return manifest;
  return { ...manifest, spec: { ...spec, replicas: 0 } };
}

/** Applies manifests with kubectl, as a user would. */
export async function applyManifests(
  controlPlane: Pick<ControlPlane, 'kubectl'>,
  manifests: readonly Manifest[],
): Promise<string> {
  const input = manifests
    .map((manifest) => stringify(manifest, { aliasDuplicateObjects: false }))
    .join('---\n');
  const { stdout } = await controlPlane.kubectl(['apply', '-f', '-'], { input });
  return stdout;
}
