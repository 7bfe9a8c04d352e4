import { z } from 'zod';
import type { KubeObject } from '../../../../shared/kube/object.ts';
import { resources } from '../../../../shared/kube/resource.ts';
import { inZones } from '../../../installation/node-pools.ts';
import { FEWER, LEFT, type ManifestParts, MORE, manifest, ONE, OWN_BUDGETS } from '../manifests.ts';
import { isEmptyPatch, twoWayPatch } from '../merge-patches.ts';
import { mergePatch, nameOf, nothing, post, serverSideApply } from '../requests.ts';
import type { Family, Tools, Write, WriterCase } from '../writer-case.ts';

const MANAGER = 'helm';
const asJson = z.record(z.string(), z.unknown());

/** A manifest as Helm renders it into a release (helm pkg/action/validate.go, setMetadataVisitor). */
const inChart = (name: string, parts: ManifestParts = {}) =>
  manifest(name, {
    ...parts,
    labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: { 'meta.helm.sh/release-name': 'pools', 'meta.helm.sh/release-namespace': 'default' },
  });

/** Helm, by the requests that it sends. */
export const helm: Family = (tools) => [...helm3(tools), ...helm4(tools)];

/**
 * Helm 3 creates with POST. For custom resources `upgrade` sends a JSON merge patch from the manifest of the last
 * release to the new one, and nothing where that is empty; it never looks at what is stored (helm v3
 * pkg/kube/client.go, createPatch and updateResource; helm#9937).
 */
function helm3(tools: Tools): WriterCase[] {
  const upgraded = (
    name: string,
    parts: ManifestParts,
    does: string,
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    name,
    writer: 'Helm 3',
    does,
    declare: post(tools, inChart(name), MANAGER),
    meanwhile: upgrade(tools, inChart(name), inChart(name, parts)),
    // The release that is installed now is the one whose manifest is compared with next time.
    repeats: 0,
    meant: inChart(name, parts),
    ...more,
  });
  const lost = (name: string, parts: ManifestParts): Partial<WriterCase> => ({
    // The next release with the same manifest: the two-way patch is empty.
    afterwards: upgrade(tools, inChart(name, parts), inChart(name, parts)),
    whatToDo:
      'Helm 3 patches from release to release, which is an edit of what is stored, and a further release of the same chart sends nothing. After the recovery: `kubectl patch` the list, or `helm upgrade --force`.',
  });
  return [
    {
      name: 'helm3-first',
      writer: 'Helm 3',
      does: 'installs a new NodePool',
      meanwhile: post(tools, inChart('helm3-first'), MANAGER),
      repeats: 0,
      meant: inChart('helm3-first'),
    },
    upgraded('helm3-same', {}, 'upgrades with the same manifest'),
    upgraded('helm3-weight', { weight: 5 }, 'changes the weight'),
    upgraded('helm3-adds', { zones: MORE }, 'adds us-east-1d'),
    upgraded('helm3-drops', { zones: FEWER }, 'drops us-east-1c'),
    upgraded(
      'helm3-drops-hidden',
      { zones: LEFT },
      'drops us-east-1a, the zone that is away',
      lost('helm3-drops-hidden', { zones: LEFT }),
    ),
    upgraded(
      'helm3-drops-both',
      { zones: ONE },
      'drops us-east-1a and us-east-1c',
      lost('helm3-drops-both', { zones: ONE }),
    ),
    upgraded('helm3-force', { zones: LEFT }, 'drops us-east-1a with `--force`, which replaces the object', {
      meanwhile: replaceAll(tools, inChart('helm3-force', { zones: LEFT })),
      hasDryRun: false,
      ...replacedAgain(tools, inChart('helm3-force', { zones: LEFT })),
    }),
  ];
}

function upgrade(tools: Tools, last: KubeObject, next: KubeObject): Write {
  const patch = twoWayPatch(asJson.parse(last), asJson.parse(next));
  return isEmptyPatch(patch) ? nothing : mergePatch(tools, nameOf(next), patch, MANAGER);
}

/** `helm upgrade --force`: a PUT with the resourceVersion of the live object (cli-runtime resource/helper.go, Replace). */
function replaceAll({ client, live }: Tools, next: KubeObject): Write {
  return async (dryRun) => {
    const { resourceVersion = '' } = (await live(nameOf(next))).metadata;
    const object = { ...next, metadata: { ...next.metadata, resourceVersion } };
    return { object: await client.replace(resources.nodePools, object, { fieldManager: MANAGER, dryRun }) };
  };
}

function replacedAgain(tools: Tools, next: KubeObject): Partial<WriterCase> {
  return {
    afterwards: replaceAll(tools, next),
    whatToDo:
      'Nothing tells this list from the one that is stored. `helm upgrade --force` once more after the recovery.',
  };
}

/**
 * Helm 4 applies server-side as `helm`, without force unless asked (helm v4 pkg/kube/client.go, Update and
 * patchResourceServerSide), also where nothing has changed.
 */
function helm4(tools: Tools): WriterCase[] {
  const apply = (object: KubeObject) => serverSideApply(tools, object, { manager: MANAGER, force: false });
  const upgraded = (
    name: string,
    before: ManifestParts,
    after: ManifestParts,
    does: string,
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    name,
    writer: 'Helm 4',
    does,
    declare: apply(inChart(name, before)),
    meanwhile: apply(inChart(name, after)),
    meant: inChart(name, after),
    ...more,
  });
  const budgets = OWN_BUDGETS;
  const edited = inChart('helm4-hand-edit');
  return [
    upgraded('helm4-same', {}, {}, 'upgrades with the same manifest'),
    upgraded('helm4-adds', {}, { zones: MORE }, 'adds us-east-1d'),
    upgraded('helm4-drops', {}, { zones: FEWER }, 'drops us-east-1c'),
    upgraded(
      'helm4-drops-hidden-budgets',
      { budgets },
      { budgets, zones: LEFT },
      'drops us-east-1a, the zone that is away, with budgets in the manifest',
    ),
    upgraded(
      'helm4-drops-hidden',
      {},
      { zones: LEFT },
      'drops us-east-1a, the zone that is away, without budgets in the manifest',
      {
        afterwards: apply(inChart('helm4-drops-hidden', { zones: LEFT })),
        whatToDo:
          'Nothing tells this list from the one that is stored. `helm upgrade` once more after the recovery.',
      },
    ),
    upgraded(
      'helm4-hand-edit',
      {},
      {},
      'upgrades with the same manifest, after somebody had put us-east-1a back by hand',
      {
        meanwhile: async (dryRun) => {
          await putBackByHand(tools, edited)(dryRun);
          return apply(edited)(dryRun);
        },
        hasDryRun: false,
        repeats: 0,
        afterwards: apply(edited),
        whatToDo:
          'Whoever edited the list owns it, and a list that is not what is stored is a conflict. `helm upgrade --force-conflicts`, or wait for the recovery.',
      },
    ),
    upgraded('helm4-after-helm3', {}, {}, 'takes over a release of Helm 3 with the same manifest', {
      declare: post(tools, inChart('helm4-after-helm3'), MANAGER),
      meanwhile: async (dryRun) => {
        if (!dryRun) await upgradeManagedFields(tools, 'helm4-after-helm3');
        return apply(inChart('helm4-after-helm3'))(dryRun);
      },
      hasDryRun: false,
    }),
  ];
}

function putBackByHand(tools: Tools, pool: KubeObject): Write {
  const body = { spec: { template: { spec: { requirements: [inZones('us-east-1a', ...LEFT)] } } } };
  return mergePatch(tools, nameOf(pool), body, 'kubectl-edit');
}

/**
 * What Helm 3 wrote as `helm (Update)` becomes `helm (Apply)` before the first server-side apply (client-go
 * util/csaupgrade, UpgradeManagedFieldsPatch): a JSON patch of managedFields, guarded by the resourceVersion.
 */
async function upgradeManagedFields({ client, live }: Tools, name: string): Promise<void> {
  const { managedFields = [], resourceVersion } = (await live(name)).metadata;
  const upgraded = managedFields.map((entry) => {
    const { operation, manager, ...rest } = asJson.parse(entry);
    const isOurs = operation === 'Update' && manager === MANAGER;
    return { manager, ...rest, operation: isOurs ? 'Apply' : operation };
  });
  const body = [
    { op: 'replace', path: '/metadata/managedFields', value: upgraded },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
  await client.patch(resources.nodePools, { name }, { kind: 'json', body }, { fieldManager: MANAGER });
}
