import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ApiTarget, apiRequest } from './api-request.ts';
import type { ControlPlane } from './control-plane.ts';
import { ControlPlaneError } from './control-plane-error.ts';
import { type CrdFlavour, karpenterCrdFiles } from './crd-files.ts';

const crdSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    group: z.string(),
    names: z.object({ plural: z.string() }),
    versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
  }),
});
type Crd = z.infer<typeof crdSchema>;

/**
 * Installs Karpenter's own CRDs (NodePool, NodeClaim, NodeOverlay, with flavour `aws` also EC2NodeClass) and returns
 * their names when each of them is established and served. May be called again.
 */
export async function installKarpenterCrds(
  controlPlane: Pick<ControlPlane, 'endpoint' | 'caFile' | 'adminToken'>,
  flavour: CrdFlavour = 'aws',
): Promise<string[]> {
  return installCrds(controlPlane, await karpenterCrdFiles(flavour));
}

/** Installs CRDs from files, one a file, and returns their names when each is established and served. */
export async function installCrds(
  controlPlane: Pick<ControlPlane, 'endpoint' | 'caFile' | 'adminToken'>,
  files: readonly string[],
): Promise<string[]> {
  const target: ApiTarget = {
    endpoint: controlPlane.endpoint,
    ca: readFileSync(controlPlane.caFile, 'utf8'),
    token: controlPlane.adminToken,
  };
  const manifests = files.map((file) => readFileSync(file, 'utf8'));
  return Promise.all(
    manifests.map(async (manifest) => {
      const crd = crdSchema.parse(parse(manifest));
      await apply(target, crd, manifest);
      await untilServed(target, crd);
      return crd.metadata.name;
    }),
  );
}

async function apply(target: ApiTarget, crd: Crd, manifest: string): Promise<void> {
  const { status, text } = await apiRequest(target, {
    method: 'PATCH',
    path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}?fieldManager=test&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: manifest,
  });
  if (status !== 200 && status !== 201) {
    throw new ControlPlaneError(
      'crd-refused',
      `CRD ${crd.metadata.name} was refused: HTTP ${status} ${text}`,
    );
  }
}

/** Established says that the name is taken; a list that answers says that the resource is served. */
async function untilServed(target: ApiTarget, crd: Crd): Promise<void> {
  const version = crd.spec.versions.find(({ served }) => served)?.name;
  const list = `/apis/${crd.spec.group}/${version}/${crd.spec.names.plural}?limit=1`;
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (
      (await isEstablished(target, crd)) &&
      (await apiRequest(target, { method: 'GET', path: list })).status === 200
    ) {
      return;
    }
    if (Date.now() > deadline) {
      throw new ControlPlaneError(
        'crd-not-established',
        `CRD ${crd.metadata.name} is not served after 30 s.`,
      );
    }
    await delay(50);
  }
}

/** `conditions` is null until the API server's own controller has looked at the definition. */
const conditionsSchema = z.object({
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish() })
    .optional(),
});

async function isEstablished(target: ApiTarget, crd: Crd): Promise<boolean> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`;
  const { status, text } = await apiRequest(target, { method: 'GET', path });
  if (status !== 200) return false;
  const conditions = conditionsSchema.parse(JSON.parse(text)).status?.conditions ?? [];
  return conditions.some((condition) => condition.type === 'Established' && condition.status === 'True');
}
