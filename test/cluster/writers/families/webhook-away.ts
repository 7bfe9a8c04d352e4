import type { KubeObject } from '../../../../shared/kube/object.ts';
import { inZones } from '../../../installation/node-pools.ts';
import { ALL, FEWER, LEFT, type ManifestParts, MORE, manifest, ONE, OWN_BUDGETS } from '../manifests.ts';
import { kubectlWrite, mergePatch, post, serverSideApply } from '../requests.ts';
import type { Family, Outage, WriterCase } from '../writer-case.ts';

/**
 * Writes that reach the API server while no webhook is asked. What is stored then targets the zone, and is seen again
 * when the webhook is back: what is in the table is stored after that.
 *
 * @param only the part of the names behind `tag` that is wanted; all where it is left out
 */
export function webhookAway(outage: Outage, tag: string, only?: readonly string[]): Family {
  return (tools) => {
    const apply = (object: KubeObject) => kubectlWrite(tools, ['apply', '-f', '-'], object);
    const applySsa = (object: KubeObject) =>
      serverSideApply(tools, object, { manager: 'kustomize-controller', force: true });
    const away = (
      id: string,
      does: string,
      after: ManifestParts,
      write: (object: KubeObject) => WriterCase['meanwhile'],
      more: Partial<WriterCase> = {},
    ): WriterCase => {
      const name = `${tag}-${id}`;
      return {
        name,
        writer: `Anybody, while no webhook is asked (${outage.how})`,
        does,
        declare: write === applySsa ? applySsa(manifest(name)) : apply(manifest(name)),
        meanwhile: write(manifest(name, after)),
        outage,
        meant: manifest(name, after),
        ...more,
      };
    };
    const patch = (object: KubeObject, zones: readonly string[]) =>
      mergePatch(
        tools,
        object.metadata.name ?? '',
        { spec: { template: { spec: { requirements: [inZones(...zones)] } } } },
        'kubectl-patch',
      );
    const again =
      'Nothing tells this list from the one that we had stored. Apply once more after the recovery.';
    const { declare: _none, ...created } = away(
      'create',
      '`kubectl create` of a new NodePool',
      {},
      (object) => post(tools, object, 'kubectl-create'),
    );
    return [
      created,
      away('apply-same', '`kubectl apply` of the same manifest', {}, apply),
      away('apply-adds', '`kubectl apply` adds us-east-1d', { zones: MORE }, apply),
      away('apply-drops', '`kubectl apply` drops us-east-1c', { zones: FEWER }, apply),
      away('apply-drops-both', '`kubectl apply` drops us-east-1a and us-east-1c', { zones: ONE }, apply),
      away('apply-drops-hidden', '`kubectl apply` drops us-east-1a', { zones: LEFT }, apply, {
        afterwards: apply(manifest(`${tag}-apply-drops-hidden`, { zones: LEFT })),
        whatToDo: again,
      }),
      away('apply-budgets', '`kubectl apply` declares budgets', { budgets: OWN_BUDGETS }, apply),
      away('ssa-same', 'server-side apply of the same manifest', {}, applySsa),
      away('ssa-adds', 'server-side apply adds us-east-1d', { zones: MORE }, applySsa),
      away('ssa-drops', 'server-side apply drops us-east-1c', { zones: FEWER }, applySsa),
      away('ssa-drops-hidden', 'server-side apply drops us-east-1a', { zones: LEFT }, applySsa, {
        afterwards: applySsa(manifest(`${tag}-ssa-drops-hidden`, { zones: LEFT })),
        whatToDo: again,
      }),
      away('replace', '`kubectl replace` by the same manifest', {}, (object) =>
        kubectlWrite(tools, ['replace', '-f', '-'], object),
      ),
      away('patch-restores', '`kubectl patch` puts us-east-1a back', {}, (object) => patch(object, ALL)),
      away(
        'patch-drops',
        '`kubectl patch` drops us-east-1c from what it sees',
        { zones: FEWER },
        (object) => patch(object, ONE),
        { afterwards: patch(manifest(`${tag}-patch-drops`), FEWER) },
      ),
      away(
        'patch-adds',
        '`kubectl patch` adds us-east-1d to what it sees',
        { zones: MORE },
        (object) => patch(object, [...LEFT, 'us-east-1d']),
        { afterwards: patch(manifest(`${tag}-patch-adds`), MORE) },
      ),
    ].filter(({ name }) => only === undefined || only.includes(name.slice(tag.length + 1)));
  };
}

/** With `failurePolicy: Fail`, as installed: the write is refused, and nothing is lost. */
export function webhookStopped(outage: Outage): Family {
  return (tools) => {
    const apply = (object: KubeObject) => kubectlWrite(tools, ['apply', '-f', '-'], object);
    const changed = manifest('stopped-apply', { zones: MORE });
    return [
      {
        name: 'stopped-apply',
        writer: `Anybody, while no webhook answers (${outage.how})`,
        does: '`kubectl apply` adds us-east-1d',
        declare: apply(manifest('stopped-apply')),
        meanwhile: apply(changed),
        outage,
        afterwards: apply(changed),
        meant: changed,
        whatToDo: 'The write failed, and its writer was told. Write it again when the webhook answers.',
      },
    ];
  };
}
