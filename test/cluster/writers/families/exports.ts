import { DECLARED_ANNOTATION } from '../../../../shared/enforcement/declared-annotation.ts';
import type { KubeObject } from '../../../../shared/kube/object.ts';
import { manifest } from '../manifests.ts';
import { kubectlWrite, nothing } from '../requests.ts';
import type { Attempt, Family, Tools, Write, WriterCase } from '../writer-case.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** How the object that was read during the shift is put into Git. */
type Tidy = (object: KubeObject) => KubeObject;

/** What `kubectl get -o yaml` prints, as it is. */
const asItIs: Tidy = (object) => object;

/** Without what the server fills in, as most people tidy it before they commit it. Our annotation stays. */
const tidied: Tidy = ({ apiVersion = '', kind = '', metadata, spec }) => {
  const { [LAST_APPLIED]: _remembered, ...annotations } = metadata.annotations ?? {};
  return { apiVersion, kind, metadata: { name: metadata.name ?? '', annotations }, spec };
};

/** Without any annotation either, as kubectl-neat and the like do. */
const bare: Tidy = ({ apiVersion = '', kind = '', metadata, spec }) => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name ?? '' },
  spec,
});

/** A NodePool that is read during the shift, with our marks in it, and is applied from then on. */
export const exports: Family = (tools) => {
  const clientSide = ['apply', '-f', '-'];
  const serverSide = ['apply', '--server-side', '-f', '-'];
  const exported = (
    name: string,
    does: string,
    more: (file: ReturnType<typeof gitFile>) => Partial<WriterCase>,
    tidy = tidied,
  ): WriterCase => {
    const file = gitFile(tools, name, tidy);
    return {
      name,
      writer: 'An export of the live object',
      does,
      declare: kubectlWrite(tools, clientSide, manifest(name)),
      meanwhile: file.read,
      hasDryRun: false,
      repeats: 0,
      meant: manifest(name),
      ...more(file),
    };
  };
  const tidyIt = 'Before you commit an export, take out what the server fills in.';
  return [
    exported('export-apply', 'is applied during the shift', ({ readAndApply }) => ({
      meanwhile: readAndApply(clientSide),
      repeats: 1,
      ...dryRuns,
    })),
    exported('export-ssa', 'is applied during the shift, server-side', ({ readAndApply }) => ({
      declare: kubectlWrite(tools, serverSide, manifest('export-ssa')),
      meanwhile: readAndApply(serverSide),
      repeats: 1,
      ...dryRuns,
    })),
    exported('export-apply-later', 'is applied after it', ({ apply }) => ({ afterwards: apply(clientSide) })),
    exported('export-ssa-later', 'is applied after it, server-side', ({ apply }) => ({
      declare: kubectlWrite(tools, serverSide, manifest('export-ssa-later')),
      afterwards: apply(serverSide),
    })),
    exported('export-both', 'is applied during the shift and after it', ({ readAndApply, apply }) => ({
      meanwhile: readAndApply(clientSide),
      afterwards: apply(clientSide),
    })),
    exported(
      'export-both-ssa',
      'is applied during the shift and after it, server-side',
      ({ readAndApply, apply }) => ({
        declare: kubectlWrite(tools, serverSide, manifest('export-both-ssa')),
        meanwhile: readAndApply(serverSide),
        afterwards: apply(serverSide),
      }),
    ),
    exported('export-recreate', 'is created anew after it', ({ apply }) => ({
      afterwards: async (dryRun) => {
        await tools.kubectl(['delete', 'nodepool', 'export-recreate']);
        return apply(['create', '-f', '-'])(dryRun);
      },
    })),
    exported(
      'export-raw',
      'is applied after it just as it was printed',
      ({ apply }) => ({ afterwards: apply(clientSide), whatToDo: tidyIt }),
      asItIs,
    ),
    exported(
      'export-bare',
      'is applied after it without any annotation',
      ({ apply }) => ({
        afterwards: apply(clientSide),
        whatToDo: `The manifest in Git now lacks us-east-1a and has a budget of 0 nodes, and says so to everybody. Keep the annotation \`${DECLARED_ANNOTATION}\` in an export, or correct the two lists in Git.`,
      }),
      bare,
    ),
  ];
};

const dryRuns = { hasDryRun: false };

/** A file in Git: written by an export, applied whenever. */
function gitFile(tools: Tools, name: string, tidy: Tidy) {
  let file: KubeObject | undefined;
  const read: Write = async () => {
    const { stdout } = await tools.kubectl(['get', 'nodepool', name, '-o', 'json']);
    file ??= tidy(JSON.parse(stdout) as KubeObject);
    return { notSent: true };
  };
  const apply =
    (args: readonly string[]): Write =>
    (dryRun): Promise<Attempt> =>
      file === undefined ? nothing(dryRun) : kubectlWrite(tools, args, file)(dryRun);
  const readAndApply =
    (args: readonly string[]): Write =>
    async (dryRun) => {
      await read(dryRun);
      return apply(args)(dryRun);
    };
  return { read, apply, readAndApply };
}
