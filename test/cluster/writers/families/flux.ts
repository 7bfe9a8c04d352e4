import type { KubeObject } from '../../../../shared/kube/object.ts';
import { inZones } from '../../../installation/node-pools.ts';
import { FEWER, LEFT, MORE, manifest, ONE, OWN_BUDGETS } from '../manifests.ts';
import { dryRunEqualsLive, mergePatch, nameOf, serverSideApply, unlessEqual } from '../requests.ts';
import type { Family, WriterCase } from '../writer-case.ts';

/**
 * Flux's kustomize-controller: server-side apply with force as `kustomize-controller`, after a dry run that it compares
 * with what is stored (fluxcd/pkg ssa/manager_apply.go, ApplyAll and hasDrifted); at each interval, for ever.
 */
export const flux: Family = (tools) => {
  const apply = (object: KubeObject) =>
    serverSideApply(tools, object, { manager: 'kustomize-controller', force: true });
  const reconciled = (
    before: KubeObject,
    after: KubeObject,
    does: string,
    more: Partial<WriterCase> = {},
  ): WriterCase => {
    const reconcile = unlessEqual(tools, nameOf(after), apply(after));
    return {
      name: nameOf(after),
      writer: 'Flux',
      does,
      declare: apply(before),
      meanwhile: reconcile,
      diff: dryRunEqualsLive(tools, nameOf(after), apply(after)),
      afterwards: reconcile,
      meant: after,
      ...more,
    };
  };
  const first = manifest('flux-first');
  const { declare: _none, ...reconciledFirst } = reconciled(first, first, 'reconciles a new NodePool');
  const budgets = OWN_BUDGETS;
  const edited = manifest('flux-hand-edit');
  return [
    reconciledFirst,
    reconciled(manifest('flux-same'), manifest('flux-same'), 'reconciles the same manifest, five times', {
      repeats: 4,
    }),
    reconciled(manifest('flux-adds'), manifest('flux-adds', { zones: MORE }), 'adds us-east-1d'),
    reconciled(manifest('flux-drops'), manifest('flux-drops', { zones: FEWER }), 'drops us-east-1c'),
    reconciled(
      manifest('flux-drops-hidden-budgets', { budgets }),
      manifest('flux-drops-hidden-budgets', { budgets, zones: LEFT }),
      'drops us-east-1a, the zone that is away, with budgets in the manifest',
    ),
    reconciled(
      manifest('flux-drops-hidden'),
      manifest('flux-drops-hidden', { zones: LEFT }),
      'drops us-east-1a, the zone that is away, without budgets in the manifest',
      { whatToDo: 'Nothing: until its next interval after the recovery the NodePool has us-east-1a too.' },
    ),
    reconciled(edited, edited, 'reconciles the same manifest, after somebody dropped us-east-1c by hand', {
      meanwhile: async (dryRun) => {
        const { spec } = { spec: { template: { spec: { requirements: [inZones(...ONE)] } } } };
        await mergePatch(tools, nameOf(edited), { spec }, 'kubectl-patch')(dryRun);
        return unlessEqual(tools, nameOf(edited), apply(edited))(dryRun);
      },
      hasDryRun: false,
      repeats: 0,
    }),
  ];
};
