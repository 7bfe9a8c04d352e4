import type { KubeObject } from '../../../../shared/kube/object.ts';
import { ALL, FEWER, LEFT, MORE, manifest, ONE, OWN_BUDGETS } from '../manifests.ts';
import { kubectlDiff, kubectlWrite, mergePatch } from '../requests.ts';
import type { Family, WriterCase } from '../writer-case.ts';

/** `kubectl apply`, the real one. It remembers the manifest in an annotation and patches three-way. */
export const kubectlClientSide: Family = (tools) => {
  const apply = (object: KubeObject) => kubectlWrite(tools, ['apply', '-f', '-'], object);
  const applied = (
    before: KubeObject,
    after: KubeObject,
    does: string,
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    name: after.metadata.name ?? '',
    writer: 'kubectl apply',
    does,
    declare: apply(before),
    meanwhile: apply(after),
    diff: kubectlDiff(tools, [], after),
    meant: after,
    ...more,
  });
  const first = manifest('apply-first');
  const { declare: _none, ...appliedFirst } = applied(first, first, 'applies a new NodePool');
  const unseen = manifest('apply-after-a-hand-edit', { zones: LEFT });
  return [
    appliedFirst,
    applied(manifest('apply-same'), manifest('apply-same'), 'applies the same manifest again'),
    applied(
      manifest('apply-same-budgets', { budgets: OWN_BUDGETS }),
      manifest('apply-same-budgets', { budgets: OWN_BUDGETS }),
      'applies the same manifest again, with budgets in it',
    ),
    applied(manifest('apply-weight'), manifest('apply-weight', { weight: 5 }), 'changes the weight'),
    applied(manifest('apply-adds'), manifest('apply-adds', { zones: MORE }), 'adds us-east-1d'),
    applied(manifest('apply-drops'), manifest('apply-drops', { zones: FEWER }), 'drops us-east-1c'),
    applied(
      manifest('apply-drops-hidden'),
      manifest('apply-drops-hidden', { zones: LEFT }),
      'drops us-east-1a, the zone that is away',
    ),
    applied(
      manifest('apply-drops-both'),
      manifest('apply-drops-both', { zones: ONE }),
      'drops us-east-1a and us-east-1c',
    ),
    applied(
      manifest('apply-adds-away', { zones: LEFT }),
      manifest('apply-adds-away', { zones: ALL }),
      'adds us-east-1a, the zone that is away',
    ),
    applied(
      manifest('apply-no-zones'),
      manifest('apply-no-zones', { zones: null }),
      'drops the requirement on zones',
    ),
    applied(
      manifest('apply-budgets'),
      manifest('apply-budgets', { budgets: OWN_BUDGETS }),
      'declares budgets for the first time',
    ),
    applied(
      manifest('apply-same-freeze', { budgets: OWN_BUDGETS }),
      manifest('apply-same-freeze', { budgets: [...OWN_BUDGETS, { nodes: '0' }] }),
      'declares a budget of its own that is equal to the freeze',
    ),
    applied(
      unseen,
      unseen,
      'applies the same manifest again, after somebody had added us-east-1a by hand before the shift',
      {
        declare: async (dryRun) => {
          await apply(unseen)(dryRun);
          const { spec } = manifest(unseen.metadata.name ?? '', { zones: ALL });
          return mergePatch(tools, unseen.metadata.name ?? '', { spec }, 'kubectl-patch')(dryRun);
        },
        afterwards: apply(unseen),
        whatToDo:
          'The manifest equals what is stored, so that kubectl sends nothing that could be seen. Apply once more after the recovery.',
      },
    ),
  ];
};
