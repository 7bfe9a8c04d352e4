import type { KubeObject } from '../../../../shared/kube/object.ts';
import { ALL, FEWER, LEFT, manifest, ONE } from '../manifests.ts';
import { kubectlWrite } from '../requests.ts';
import type { Family, Tools, Write, WriterCase } from '../writer-case.ts';

/** `kubectl create` and `kubectl replace`, the real one: whole objects, and nothing remembered. */
export const kubectlCreateAndReplace: Family = (tools) => {
  const create = (object: KubeObject) => kubectlWrite(tools, ['create', '-f', '-'], object);
  const replace = (object: KubeObject, flags: readonly string[] = []) =>
    kubectlWrite(tools, ['replace', ...flags, '-f', '-'], object);
  const replaced = (
    name: string,
    zones: readonly string[],
    does: string,
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    name,
    writer: 'kubectl replace',
    does,
    declare: create(manifest(name)),
    meanwhile: replace(manifest(name, { zones })),
    meant: manifest(name, { zones }),
    ...more,
  });
  return [
    {
      name: 'create-first',
      writer: 'kubectl create',
      does: 'creates a new NodePool',
      meanwhile: create(manifest('create-first')),
      repeats: 0,
      meant: manifest('create-first'),
    },
    {
      name: 'create-exists',
      writer: 'kubectl create',
      does: 'creates it once more',
      declare: create(manifest('create-exists')),
      meanwhile: create(manifest('create-exists')),
      repeats: 0,
      meant: manifest('create-exists'),
    },
    replaced('replace-same', ALL, 'replaces it by the same manifest'),
    replaced('replace-drops', FEWER, 'drops us-east-1c'),
    replaced('replace-drops-both', ONE, 'drops us-east-1a and us-east-1c'),
    replaced('replace-drops-hidden', LEFT, 'drops us-east-1a, the zone that is away', {
      afterwards: replace(manifest('replace-drops-hidden', { zones: LEFT })),
      whatToDo:
        'Nothing tells this list from the one that is stored. Replace once more after the recovery, or use `kubectl apply`.',
    }),
    replaced('replace-force', LEFT, 'drops us-east-1a with `--force`, which deletes and creates', {
      meanwhile: replace(manifest('replace-force', { zones: LEFT }), ['--force']),
      hasDryRun: false,
      repeats: 0,
    }),
    {
      ...replaced('replace-live', FEWER, 'replaces the live object, read and edited: drops us-east-1c'),
      meanwhile: replaceLive(tools, 'replace-live'),
      repeats: 0,
    },
  ];
};

/** `kubectl get -o json | sed | kubectl replace -f -`, with all that is in the object. */
function replaceLive(tools: Tools, name: string): Write {
  return async (dryRun) => {
    const { stdout } = await tools.kubectl(['get', 'nodepool', name, '-o', 'yaml']);
    const input = stdout.replace(/^ *- us-east-1c\n/m, '');
    const {
      code,
      stderr,
      stdout: answer,
    } = await tools.kubectl(['replace', '-f', '-', '-o', 'json', ...(dryRun ? ['--dry-run=server'] : [])], {
      input,
    });
    return code === 0 ? { object: JSON.parse(answer) as KubeObject } : { refused: stderr };
  };
}
