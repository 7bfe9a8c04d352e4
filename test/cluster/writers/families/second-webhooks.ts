import type { KubeObject } from '../../../../shared/kube/object.ts';
import { inZones } from '../../../installation/node-pools.ts';
import { FEWER, LEFT, type ManifestParts, MORE, manifest, OWN_BUDGETS } from '../manifests.ts';
import { kubectlWrite, mergePatch, nameOf, serverSideApply } from '../requests.ts';
import { ARCH, type Habit, LABEL, type Place } from '../second-webhook.ts';
import type { Family, WriterCase } from '../writer-case.ts';

const ADDS: Readonly<Record<Habit, string>> = {
  label: 'adds a label',
  requirement: 'appends a requirement',
  zones: 'writes us-east-1a into the list, at each write',
  budget: 'appends a budget',
};

/** Where another mutating webhook changes the NodePool before ours, or after it, so that ours is asked again. */
export const secondWebhooks: Family = (tools) => {
  const inGit = (place: Place, habit: Habit, name: string, parts: ManifestParts = {}) =>
    manifest(name, { ...parts, labels: { [LABEL]: `${place}-${habit}` } });
  const clientSide = (object: KubeObject) => kubectlWrite(tools, ['apply', '-f', '-'], object);
  const serverSide = (object: KubeObject) =>
    serverSideApply(tools, object, { manager: 'kustomize-controller', force: true });
  const written = (
    place: Place,
    habit: Habit,
    does: string,
    parts: { before?: ManifestParts; after?: ManifestParts; tag: string; ssa?: boolean },
    more: Partial<WriterCase> = {},
  ): WriterCase => {
    const name = `second-${place}-${habit}-${parts.tag}`;
    const after = inGit(place, habit, name, parts.after);
    const apply = parts.ssa === true ? serverSide : clientSide;
    return {
      name,
      writer: `A second webhook ${place} ours`,
      does: `${ADDS[habit]}; ${parts.ssa === true ? 'server-side apply' : 'kubectl apply'} ${does}`,
      declare: apply(inGit(place, habit, name, parts.before)),
      meanwhile: apply(after),
      // What the webhook itself adds is computed with it: the dry run that tells what is meant goes through it too.
      meant: after,
      ...more,
    };
  };
  const same = 'applies the same manifest again';
  const places: Place[] = ['before', 'after'];
  const kinds: Habit[] = ['label', 'requirement', 'zones', 'budget'];
  // What `kubectl apply` remembers is not the whole list then, which is how it is known.
  const hidden = (place: Place): WriterCase => {
    const parts = { tag: 'hidden', after: { zones: LEFT } };
    const one = written(place, 'requirement', 'drops us-east-1a, the zone that is away', parts);
    return {
      ...one,
      afterwards: clientSide(one.meant),
      whatToDo:
        'The list is neither what `kubectl apply` remembers nor other than what is stored. Apply once more after the recovery.',
    };
  };
  const edited = 'second-after-requirement-edit';
  const dropped = { spec: { template: { spec: { requirements: [inZones('us-east-1b'), ARCH] } } } };
  return [
    ...places.flatMap((place) =>
      kinds.flatMap((habit) => [
        written(place, habit, same, { tag: 'same' }),
        written(place, habit, same, {
          tag: 'ssa-same',
          ssa: true,
          before: { budgets: OWN_BUDGETS },
          after: { budgets: OWN_BUDGETS },
        }),
      ]),
    ),
    ...places.flatMap((place) => [
      written(place, 'requirement', 'drops us-east-1c', { tag: 'drops', after: { zones: FEWER } }),
      written(place, 'requirement', 'drops us-east-1c', {
        tag: 'ssa-drops',
        ssa: true,
        after: { zones: FEWER },
      }),
      hidden(place),
      written(place, 'label', 'drops us-east-1a, the zone that is away, with budgets in the manifest', {
        tag: 'ssa-hidden',
        ssa: true,
        before: { budgets: OWN_BUDGETS },
        after: { budgets: OWN_BUDGETS, zones: LEFT },
      }),
      written(place, 'label', 'adds us-east-1d', { tag: 'ssa-adds', ssa: true, after: { zones: MORE } }),
      written(place, 'requirement', 'drops the requirement on zones', {
        tag: 'none',
        after: { zones: null },
      }),
    ]),
    {
      ...written('after', 'requirement', '', { tag: 'edit' }),
      does: 'appends a requirement; somebody drops us-east-1c with `kubectl patch`',
      meanwhile: mergePatch(tools, edited, dropped, 'kubectl-patch'),
      meant: inGit('after', 'requirement', edited, { zones: FEWER, more: [ARCH] }),
    },
  ].map((one) => ({ ...one, name: nameOf(one.meant) }));
};
