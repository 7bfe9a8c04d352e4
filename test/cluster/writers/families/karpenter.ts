import { resources } from '../../../../shared/kube/resource.ts';
import { manifest } from '../manifests.ts';
import { kubectlWrite, mergePatch } from '../requests.ts';
import type { Family, Tools, Write, WriterCase } from '../writer-case.ts';

const HASH = {
  'karpenter.sh/nodepool-hash': '10411478374512394521',
  'karpenter.sh/nodepool-hash-version': 'v3',
};

/** Karpenter writes NodePools too: merge patches made from what it read (controller-runtime client.MergeFrom). */
export const karpenter: Family = (tools) => {
  const written = (name: string, does: string, write: Write, more: Partial<WriterCase> = {}): WriterCase => ({
    name,
    writer: 'Karpenter',
    does,
    declare: kubectlWrite(tools, ['apply', '-f', '-'], manifest(name)),
    meanwhile: write,
    meant: manifest(name),
    ...more,
  });
  return [
    // pkg/controllers/nodepool/hash/controller.go
    written(
      'karpenter-hash',
      'writes its hash annotations',
      mergePatch(tools, 'karpenter-hash', { metadata: { annotations: HASH } }, 'karpenter'),
    ),
    // pkg/controllers/nodepool/counter and readiness: the subresource, which admission does not match.
    written('karpenter-status', 'writes the status', patchStatus(tools, 'karpenter-status')),
  ];
};

function patchStatus({ client }: Tools, name: string): Write {
  const body = { status: { nodes: 3, resources: { cpu: '12', nodes: '3' } } };
  return async (dryRun) => ({
    object: await client.patch(
      resources.nodePools,
      { name },
      { kind: 'merge', body },
      { subresource: 'status', fieldManager: 'karpenter', dryRun },
    ),
  });
}
