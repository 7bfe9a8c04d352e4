import { z } from 'zod';
import type { KubeObject } from '../../../../shared/kube/object.ts';
import { FEWER, LEFT, type ManifestParts, MORE, manifest } from '../manifests.ts';
import { isEmptyPatch, threeWayPatch } from '../merge-patches.ts';
import { dryRunEqualsLive, kubectlWrite, nameOf, serverSideApply, unlessEqual } from '../requests.ts';
import type { Family, Tools, Write, WriterCase } from '../writer-case.ts';

const MANAGER = 'argocd-controller';
const OUT_OF_SYNC =
  'Argo CD shows the NodePool as OutOfSync until the recovery; self-heal then applies again and again, and each is no write. `ServerSideDiff=true` shows it as Synced.';

/**
 * Argo CD. It applies with kubectl's own library (gitops-engine pkg/utils/kube/resource_ops.go, newApplyOptions):
 * client-side by default, server-side with force by ServerSideApply=true, as `argocd-controller` in both cases (argo-cd
 * common/common.go, ArgoCDSSAManager). So the real kubectl stands for it client-side.
 */
export const argoCd: Family = (tools) => [...clientSide(tools), ...serverSide(tools)];

const inGit = (name: string, parts: ManifestParts = {}) =>
  manifest(name, {
    ...parts,
    annotations: { 'argocd.argoproj.io/tracking-id': `pools:karpenter.sh/NodePool:/${name}` },
  });

function clientSide(tools: Tools): WriterCase[] {
  const sync = (object: KubeObject) =>
    kubectlWrite(tools, ['apply', `--field-manager=${MANAGER}`, '-f', '-'], object);
  const synced = (after: KubeObject, does: string, more: Partial<WriterCase> = {}): WriterCase => ({
    name: nameOf(after),
    writer: 'Argo CD, client-side apply',
    does,
    declare: sync(inGit(nameOf(after))),
    meanwhile: sync(after),
    diff: inSync(tools, after),
    afterwards: unlessInSync(tools, after, sync(after)),
    meant: after,
    ...more,
  });
  const ignoring = inGit('argo-ignores', { weight: 5 });
  return [
    synced(inGit('argo-same'), 'syncs the same manifest, three times (self-heal)', {
      repeats: 2,
      whatToDo: OUT_OF_SYNC,
    }),
    synced(inGit('argo-adds', { zones: MORE }), 'adds us-east-1d', { whatToDo: OUT_OF_SYNC }),
    synced(inGit('argo-drops', { zones: FEWER }), 'drops us-east-1c', { whatToDo: OUT_OF_SYNC }),
    synced(inGit('argo-drops-hidden', { zones: LEFT }), 'drops us-east-1a, the zone that is away'),
    synced(
      ignoring,
      'changes the weight, with `ignoreDifferences` on the requirements and `RespectIgnoreDifferences=true`',
      {
        meanwhile: syncKeepingLive(tools, ignoring, sync),
        diff: inSync(tools, ignoring, ['requirements']),
        afterwards: unlessInSync(tools, ignoring, syncKeepingLive(tools, ignoring, sync), ['requirements']),
        whatToDo:
          'Argo CD puts the live list into the manifest that it applies, and thereby declares it. Do not ignore differences in `spec.template.spec.requirements`; use `ServerSideDiff=true` instead. To repair: take the rule out and sync.',
      },
    ),
  ];
}

function serverSide(tools: Tools): WriterCase[] {
  const apply = (object: KubeObject) => serverSideApply(tools, object, { manager: MANAGER, force: true });
  const synced = (after: KubeObject, does: string, more: Partial<WriterCase> = {}): WriterCase => ({
    name: nameOf(after),
    writer: 'Argo CD, server-side apply and diff',
    does,
    declare: apply(inGit(nameOf(after))),
    meanwhile: unlessEqual(tools, nameOf(after), apply(after)),
    diff: dryRunEqualsLive(tools, nameOf(after), apply(after)),
    afterwards: unlessEqual(tools, nameOf(after), apply(after)),
    meant: after,
    ...more,
  });
  const first = inGit('argo-ssa-first');
  const { declare: _none, ...syncedFirst } = synced(first, 'syncs a new NodePool');
  const ignoring = inGit('argo-ssa-ignores', { weight: 5 });
  return [
    syncedFirst,
    synced(inGit('argo-ssa-same'), 'looks at the same manifest, five times (self-heal)', { repeats: 4 }),
    synced(inGit('argo-ssa-forced'), 'syncs the same manifest although it is in sync, five times', {
      meanwhile: apply(inGit('argo-ssa-forced')),
      repeats: 4,
    }),
    synced(inGit('argo-ssa-adds', { zones: MORE }), 'adds us-east-1d'),
    synced(inGit('argo-ssa-drops', { zones: FEWER }), 'drops us-east-1c'),
    synced(inGit('argo-ssa-drops-hidden', { zones: LEFT }), 'drops us-east-1a, the zone that is away', {
      whatToDo: 'With self-heal nothing; else sync once more after the recovery.',
    }),
    synced(
      ignoring,
      'changes the weight, with `ignoreDifferences` on the requirements and `RespectIgnoreDifferences=true`',
      {
        meanwhile: syncKeepingLive(tools, ignoring, apply),
      },
    ),
  ];
}

type Sync = (object: KubeObject) => Write;

/** RespectIgnoreDifferences: ignored fields of the target are taken from the live object (argo-cd controller/sync.go, normalizeTargetResources). */
function syncKeepingLive(tools: Tools, target: KubeObject, sync: Sync): Write {
  return async (dryRun) => {
    const requirements = requirementsSchema.parse(await tools.live(nameOf(target))).spec.template.spec
      .requirements;
    const copy = specSchema.parse(structuredClone(target));
    return sync({
      ...target,
      spec: {
        ...copy.spec,
        template: { ...copy.spec.template, spec: { ...copy.spec.template.spec, requirements } },
      },
    })(dryRun);
  };
}

const requirementsSchema = z.object({
  spec: z.object({ template: z.object({ spec: z.object({ requirements: z.array(z.unknown()) }) }) }),
});
const specSchema = z.object({
  spec: z.looseObject({ template: z.looseObject({ spec: z.looseObject({}) }) }),
});

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Argo CD's default diff, three-way by last-applied (gitops-engine pkg/diff/diff.go, ThreeWayDiff). */
function inSync(tools: Tools, target: KubeObject, ignored: readonly string[] = []) {
  return async (): Promise<boolean> => {
    const live = await tools.live(nameOf(target));
    const lastApplied = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(live.metadata.annotations?.[LAST_APPLIED] ?? '{}'));
    const without = (object: object) =>
      z
        .record(z.string(), z.unknown())
        .parse(
          JSON.parse(
            JSON.stringify(object, (key, value: unknown) => (ignored.includes(key) ? undefined : value)),
          ),
        );
    return isEmptyPatch(threeWayPatch(without(lastApplied), without(target), without(live)));
  };
}

function unlessInSync(
  tools: Tools,
  target: KubeObject,
  write: Write,
  ignored: readonly string[] = [],
): Write {
  return async (dryRun) => ((await inSync(tools, target, ignored)()) ? { notSent: true } : write(dryRun));
}
