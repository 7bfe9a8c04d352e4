import type { KubeObject } from '../../../../shared/kube/object.ts';
import { nextSecond } from '../in-lockstep.ts';
import { ALL, FEWER, LEFT, MORE, manifest, ONE, OWN_BUDGETS } from '../manifests.ts';
import { kubectlDiff, kubectlWrite, serverSideApply } from '../requests.ts';
import type { Family, Tools, Write, WriterCase } from '../writer-case.ts';

const SERVER_SIDE = ['--server-side'];

/** `kubectl apply --server-side`, the real one: the API server remembers which manager applied which field. */
export const kubectlServerSide: Family = (tools) => {
  const apply = (object: KubeObject, flags: readonly string[] = []) =>
    kubectlWrite(tools, ['apply', ...SERVER_SIDE, ...flags, '-f', '-'], object);
  const applied = (
    before: KubeObject,
    after: KubeObject,
    does: string,
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    name: after.metadata.name ?? '',
    writer: 'kubectl apply --server-side',
    does,
    declare: apply(before),
    meanwhile: apply(after),
    diff: kubectlDiff(tools, SERVER_SIDE, after),
    meant: after,
    ...more,
  });
  const first = manifest('ssa-first');
  const { declare: _none, ...appliedFirst } = applied(first, first, 'applies a new NodePool');
  const budgets = OWN_BUDGETS;
  return [
    appliedFirst,
    applied(manifest('ssa-same'), manifest('ssa-same'), 'applies the same manifest again'),
    applied(
      manifest('ssa-same-budgets', { budgets }),
      manifest('ssa-same-budgets', { budgets }),
      'applies the same manifest again, with budgets in it',
    ),
    applied(manifest('ssa-weight'), manifest('ssa-weight', { weight: 5 }), 'changes the weight'),
    applied(manifest('ssa-adds'), manifest('ssa-adds', { zones: MORE }), 'adds us-east-1d'),
    applied(manifest('ssa-drops'), manifest('ssa-drops', { zones: FEWER }), 'drops us-east-1c'),
    applied(
      manifest('ssa-drops-hidden-budgets', { budgets }),
      manifest('ssa-drops-hidden-budgets', { budgets, zones: LEFT }),
      'drops us-east-1a, the zone that is away, with budgets in the manifest',
    ),
    applied(
      manifest('ssa-drops-hidden'),
      manifest('ssa-drops-hidden', { zones: LEFT }),
      'drops us-east-1a, the zone that is away, without budgets in the manifest',
      {
        afterwards: apply(manifest('ssa-drops-hidden', { zones: LEFT })),
        whatToDo:
          'Nothing tells this list from the one that is stored. Apply once more after the recovery, or declare `spec.disruption.budgets` in the manifest.',
      },
    ),
    applied(
      manifest('ssa-drops-both'),
      manifest('ssa-drops-both', { zones: ONE }),
      'drops us-east-1a and us-east-1c',
    ),
    applied(
      manifest('ssa-adds-away', { zones: LEFT }),
      manifest('ssa-adds-away', { zones: ALL }),
      'adds us-east-1a, the zone that is away',
    ),
    applied(
      manifest('ssa-no-zones'),
      manifest('ssa-no-zones', { zones: null }),
      'drops the requirement on zones',
    ),
    applied(
      manifest('ssa-budgets'),
      manifest('ssa-budgets', { budgets }),
      'declares budgets for the first time',
    ),
    applied(
      manifest('ssa-same-freeze', { budgets }),
      manifest('ssa-same-freeze', { budgets: [...budgets, { nodes: '0' }] }),
      'declares a budget of its own that is equal to the freeze',
      {
        afterwards: apply(manifest('ssa-same-freeze', { budgets: [...budgets, { nodes: '0' }] })),
        whatToDo:
          'Budgets that end as ours do are taken for what we stored. Apply once more after the recovery.',
      },
    ),
    secondManager(tools),
    takeOver(tools),
    coOwner(tools),
    twiceInOneSecond(tools),
  ];
};

/** Somebody else applies what they see: the same values make no conflict, and they own the list too. */
function secondManager(tools: Tools): WriterCase {
  const declared = manifest('ssa-second-manager');
  const copied = manifest('ssa-second-manager', { zones: LEFT });
  const write = serverSideApply(tools, copied, { manager: 'somebody-else', force: false });
  return {
    name: 'ssa-second-manager',
    writer: 'kubectl apply --server-side',
    does: 'another field manager applies the list as it is stored, without force',
    declare: kubectlWrite(tools, ['apply', ...SERVER_SIDE, '-f', '-'], declared),
    meanwhile: write,
    meant: declared,
  };
}

/** kubectl makes what it wrote client-side its own only after a server-side apply that succeeds. */
function takeOver(tools: Tools): WriterCase {
  const pool = manifest('ssa-takes-over');
  return {
    name: 'ssa-takes-over',
    writer: 'kubectl apply --server-side',
    does: 'applies the same manifest as `kubectl apply` did before',
    declare: kubectlWrite(tools, ['apply', '-f', '-'], pool),
    meanwhile: kubectlWrite(tools, ['apply', ...SERVER_SIDE, '-f', '-'], pool),
    hasDryRun: false,
    repeats: 0,
    afterwards: kubectlWrite(tools, ['apply', ...SERVER_SIDE, '-f', '-'], pool),
    whatToDo:
      'The same list is no conflict before the shift and is one during it, because it is not what is stored. Wait for the recovery, or use `--force-conflicts`.',
    meant: pool,
  };
}

/** Two who declare the same list own it together; one who applies it during the shift changes it for the other. */
function coOwner(tools: Tools): WriterCase {
  const pool = manifest('ssa-co-owner');
  const apply = serverSideApply(tools, pool, { manager: 'kubectl', force: false });
  return {
    name: 'ssa-co-owner',
    writer: 'kubectl apply --server-side',
    does: 'applies the same manifest again, which another field manager had applied too',
    declare: async (dryRun) => {
      await serverSideApply(tools, pool, { manager: 'somebody-else', force: false })(dryRun);
      return apply(dryRun);
    },
    meanwhile: apply,
    hasDryRun: false,
    repeats: 0,
    afterwards: apply,
    whatToDo:
      'A list that two managers own, and that is not what is stored, is a conflict. Wait for the recovery, or use `--force-conflicts`.',
    meant: pool,
  };
}

/** managedFields carry seconds: the second of two applies leaves no trace of its own there, and is known by its manager. */
function twiceInOneSecond(tools: Tools): WriterCase {
  const name = 'ssa-twice-in-a-second';
  const as = { manager: 'kubectl', force: false };
  const twice: Write = async (dryRun) => {
    for (;;) {
      await nextSecond();
      const began = new Date().getUTCSeconds();
      await serverSideApply(tools, manifest(name, { zones: MORE }), as)(dryRun);
      const last = await serverSideApply(tools, manifest(name, { zones: ONE }), as)(dryRun);
      if (new Date().getUTCSeconds() === began) return last;
    }
  };
  return {
    name,
    writer: 'kubectl apply --server-side',
    does: 'adds us-east-1d, and within the same second drops all but us-east-1b',
    declare: serverSideApply(tools, manifest(name), as),
    meanwhile: twice,
    hasDryRun: false,
    repeats: 0,
    meant: manifest(name, { zones: ONE }),
    afterwards: serverSideApply(tools, manifest(name, { zones: ONE }), as),
  };
}
