import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../../shared/kube/object.ts';
import { inZones } from '../../../installation/node-pools.ts';
import { ALL, FEWER, LEFT, MORE, manifest, ONE } from '../manifests.ts';
import { kubectlWrite } from '../requests.ts';
import type { Family, Tools, Write, WriterCase } from '../writer-case.ts';

const AMD64 = { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] };

/** People and scripts that change what is stored: `kubectl edit` and `kubectl patch`, the real one. */
export const kubectlEdits: Family = (tools) => {
  const declared = (name: string): Pick<WriterCase, 'name' | 'declare'> => ({
    name,
    declare: kubectlWrite(tools, ['apply', '-f', '-'], manifest(name)),
  });
  const edited = (name: string, does: string, script: string, zones: string[]): WriterCase => ({
    ...declared(name),
    writer: 'kubectl edit',
    does,
    meanwhile: edit(tools, name, script),
    hasDryRun: false,
    repeats: 0,
    meant: manifest(name, { zones }),
  });
  const patched = (
    name: string,
    does: string,
    type: 'merge' | 'json',
    body: unknown,
    meant: KubeObject,
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    ...declared(name),
    writer: `kubectl patch --type=${type}`,
    does,
    meanwhile: kubectlWrite(tools, ['patch', 'nodepool', name, `--type=${type}`, '-p', JSON.stringify(body)]),
    meant,
    ...more,
  });
  const list = (...zones: string[]) => ({
    spec: { template: { spec: { requirements: [inZones(...zones)] } } },
  });
  const values = '/spec/template/spec/requirements/0/values';
  const repeats = 0;
  return [
    edited('edit-adds', 'adds us-east-1d', `/- us-east-1c$/{p;s/1c/1d/}`, MORE),
    edited('edit-drops', 'drops us-east-1c', '/- us-east-1c$/d', FEWER),
    edited('edit-adds-away', 'puts us-east-1a back', '/- us-east-1b$/{h;s/1b/1a/p;g}', ALL),
    patched(
      'merge-adds',
      'adds us-east-1d to what it sees',
      'merge',
      list(...LEFT, 'us-east-1d'),
      manifest('merge-adds', { zones: MORE }),
    ),
    patched(
      'merge-drops',
      'drops us-east-1c from what it sees',
      'merge',
      list(...ONE),
      manifest('merge-drops', { zones: FEWER }),
    ),
    patched(
      'merge-same',
      'writes the whole list as it was declared',
      'merge',
      list(...ALL),
      manifest('merge-same'),
    ),
    patched(
      'merge-only',
      'writes a whole list of us-east-1b alone, and means just that',
      'merge',
      list(...ONE),
      manifest('merge-only', { zones: ONE }),
      {
        afterwards: kubectlWrite(tools, [
          'patch',
          'nodepool',
          'merge-only',
          '--type=merge',
          '-p',
          JSON.stringify(list(...ONE)),
        ]),
        whatToDo:
          'A patch is an edit by somebody who cannot see us-east-1a. Patch once more after the recovery, or use `kubectl apply`.',
      },
    ),
    patched(
      'merge-drops-hidden',
      'writes a whole list without us-east-1a, the zone that is away, and means just that',
      'merge',
      list(...LEFT),
      manifest('merge-drops-hidden', { zones: LEFT }),
      {
        afterwards: kubectlWrite(tools, [
          'patch',
          'nodepool',
          'merge-drops-hidden',
          '--type=merge',
          '-p',
          JSON.stringify(list(...LEFT)),
        ]),
        whatToDo:
          'It is what is stored, so that nothing is written. Patch once more after the recovery, or use `kubectl apply`.',
      },
    ),
    patched(
      'json-adds',
      'appends us-east-1d to the values',
      'json',
      [{ op: 'add', path: `${values}/-`, value: 'us-east-1d' }],
      manifest('json-adds', { zones: MORE }),
      { repeats },
    ),
    patched(
      'json-adds-away',
      'puts us-east-1a back at index 0',
      'json',
      [{ op: 'add', path: `${values}/0`, value: 'us-east-1a' }],
      manifest('json-adds-away'),
    ),
    patched(
      'json-drops-entry',
      'removes the requirement on zones, at index 0',
      'json',
      [{ op: 'remove', path: '/spec/template/spec/requirements/0' }],
      manifest('json-drops-entry', { zones: null }),
      { repeats },
    ),
    patched(
      'json-index',
      'removes the value at index 1, and means us-east-1b as declared',
      'json',
      [{ op: 'remove', path: `${values}/1` }],
      manifest('json-index', { zones: ['us-east-1a', 'us-east-1c'] }),
      {
        repeats,
        whatToDo:
          'An index counts in the list as it is stored, where index 1 is us-east-1c. Put a `test` operation before it, or use `kubectl apply`.',
      },
    ),
    {
      ...patched(
        'json-appends',
        'appends a requirement to a list to which we had appended NotIn',
        'json',
        [{ op: 'add', path: '/spec/template/spec/requirements/-', value: AMD64 }],
        manifest('json-appends', { zones: null, more: [AMD64] }),
        { repeats },
      ),
      declare: kubectlWrite(tools, ['apply', '-f', '-'], manifest('json-appends', { zones: null })),
    },
  ];
};

/** `kubectl edit` with sed for a person. It has neither a dry run nor an answer that could be read. */
function edit(tools: Tools, name: string, script: string): Write {
  const editor = join(tools.folder, `edit-${name}.sh`);
  writeFileSync(editor, `#!/bin/sh\nexec sed -i '${script}' "$1"\n`);
  chmodSync(editor, 0o755);
  return async () => {
    const { code, stderr } = await tools.kubectl(['edit', 'nodepool', name], {
      env: { KUBE_EDITOR: editor },
    });
    return code === 0 ? {} : { refused: stderr };
  };
}
