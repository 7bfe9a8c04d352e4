import { z } from 'zod';
import { sameJson } from '../../../../shared/json/same-json.ts';
import type { KubeObject } from '../../../../shared/kube/object.ts';
import { inZones } from '../../../installation/node-pools.ts';
import { FEWER, LEFT, type ManifestParts, MORE, manifest, ONE } from '../manifests.ts';
import { isEmptyPatch, twoWayPatch } from '../merge-patches.ts';
import { kubectlWrite, mergePatch, nameOf, nothing, serverSideApply } from '../requests.ts';
import type { Family, Tools, WriterCase } from '../writer-case.ts';

/** Terraform and Pulumi, by the requests that they send. */
export const terraformAndPulumi: Family = (tools) => [...terraform(tools), ...pulumi(tools)];

/**
 * `kubernetes_manifest`: server-side apply as `Terraform` without force (hashicorp/terraform-provider-kubernetes
 * manifest/provider/apply.go, ApplyResourceChange; plan.go, getFieldManagerConfig). The plan compares the manifest with
 * the object as it was read, field by field.
 */
function terraform(tools: Tools): WriterCase[] {
  const apply = (object: KubeObject) =>
    serverSideApply(tools, object, { manager: 'Terraform', force: false });
  const applied = (
    name: string,
    parts: ManifestParts,
    does: string,
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    name,
    writer: 'Terraform, kubernetes_manifest',
    does,
    declare: apply(manifest(name)),
    meanwhile: apply(manifest(name, parts)),
    diff: planIsEmpty(tools, manifest(name, parts)),
    meant: manifest(name, parts),
    whatToDo:
      'A plan shows the zone and the freeze as drift until the recovery, and Terraform calls an apply inconsistent, because what is stored is not what was planned (read in its source, not run). Do not apply meanwhile, or name the two lists in `computed_fields`.',
    ...more,
  });
  return [
    applied('terraform-same', {}, 'applies the same manifest again'),
    applied('terraform-adds', { zones: MORE }, 'adds us-east-1d'),
    applied('terraform-drops', { zones: FEWER }, 'drops us-east-1c'),
    applied('terraform-drops-hidden', { zones: LEFT }, 'drops us-east-1a, the zone that is away', {
      afterwards: apply(manifest('terraform-drops-hidden', { zones: LEFT })),
      whatToDo:
        'Nothing tells this list from the one that is stored. `terraform apply` once more after the recovery, when the plan shows us-east-1a.',
    }),
    applied('terraform-takes-over', {}, 'applies the same manifest as `kubectl apply` did before', {
      declare: kubectlWrite(tools, ['apply', '-f', '-'], manifest('terraform-takes-over')),
      repeats: 0,
      afterwards: apply(manifest('terraform-takes-over')),
      whatToDo:
        'The same list by two managers is no conflict before the shift and is one during it, because it is not what is stored. Wait for the recovery, or set `field_manager { force_conflicts = true }`.',
    }),
  ];
}

/** Each field that the manifest has is as the manifest has it. */
function planIsEmpty(tools: Tools, object: KubeObject) {
  return async (): Promise<boolean> => {
    const live = await tools.live(nameOf(object));
    const has = (found: unknown, wanted: unknown): boolean =>
      isMap(wanted)
        ? isMap(found) && Object.keys(wanted).every((key) => has(found[key], wanted[key]))
        : sameJson(found, wanted);
    return has(live, object);
  };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Server-side apply under a manager's name of its own for each resource, without force unless the annotation
 * `pulumi.com/patchForce` asks for it, and only where the program's inputs have changed (pulumi-kubernetes
 * provider/pkg/await/await.go, ssaUpdate; provider.go, Diff).
 */
function pulumi(tools: Tools): WriterCase[] {
  const manager = 'pulumi-kubernetes-4f2a9c1d';
  const apply = (object: KubeObject, force = false) => serverSideApply(tools, object, { manager, force });
  const up = (last: KubeObject, next: KubeObject, force = false) =>
    isEmptyPatch(twoWayPatch(asJson.parse(last), asJson.parse(next))) ? nothing : apply(next, force);
  const updated = (
    name: string,
    parts: ManifestParts,
    does: string,
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    name,
    writer: 'Pulumi',
    does,
    declare: apply(manifest(name)),
    meanwhile: up(manifest(name), manifest(name, parts)),
    meant: manifest(name, parts),
    ...more,
  });
  const droppedByHand = { spec: { template: { spec: { requirements: [inZones(...ONE)] } } } };
  const conflict = (name: string, force: boolean): Partial<WriterCase> => ({
    meanwhile: async (dryRun) => {
      await mergePatch(tools, name, droppedByHand, 'kubectl-edit')(dryRun);
      return up(manifest(name), manifest(name, { zones: MORE }), force)(dryRun);
    },
    hasDryRun: false,
    repeats: 0,
  });
  return [
    updated('pulumi-same', {}, 'updates with the same program', { hasDryRun: false }),
    updated('pulumi-adds', { zones: MORE }, 'adds us-east-1d'),
    updated('pulumi-drops', { zones: FEWER }, 'drops us-east-1c'),
    updated('pulumi-drops-hidden', { zones: LEFT }, 'drops us-east-1a, the zone that is away', {
      afterwards: up(
        manifest('pulumi-drops-hidden', { zones: LEFT }),
        manifest('pulumi-drops-hidden', { zones: LEFT }),
      ),
      whatToDo:
        'Nothing tells this list from the one that is stored, and Pulumi sends nothing until its program changes. `pulumi refresh` after the recovery, then `pulumi up`; or declare `spec.disruption.budgets` in the program.',
    }),
    updated(
      'pulumi-conflict',
      { zones: MORE },
      'adds us-east-1d, after somebody dropped us-east-1c by hand',
      {
        ...conflict('pulumi-conflict', false),
        afterwards: apply(manifest('pulumi-conflict', { zones: MORE }), true),
        whatToDo:
          'The list belongs to whoever edited it, with a shift as without one. Set the annotation `pulumi.com/patchForce: "true"`.',
      },
    ),
    updated(
      'pulumi-forces',
      { zones: MORE },
      'adds us-east-1d with `pulumi.com/patchForce`, after somebody dropped us-east-1c by hand',
      conflict('pulumi-forces', true),
    ),
  ];
}

const asJson = z.record(z.string(), z.unknown());
