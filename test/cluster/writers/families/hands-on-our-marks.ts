import { DECLARED_ANNOTATION } from '../../../../shared/enforcement/declared-annotation.ts';
import type { KubeObject } from '../../../../shared/kube/object.ts';
import { inZones } from '../../../installation/node-pools.ts';
import { LEFT, manifest, ONE } from '../manifests.ts';
import { kubectlWrite, mergePatch } from '../requests.ts';
import type { Family, WriterCase } from '../writer-case.ts';

const FREEZE = { nodes: '0' };
const TEN = { nodes: '10%' };

/** Somebody who changes what we wrote: the annotation, the freeze, or both. */
export const handsOnOurMarks: Family = (tools) => {
  const changed = (
    name: string,
    does: string,
    body: object,
    meant: KubeObject = manifest(name),
    more: Partial<WriterCase> = {},
  ): WriterCase => ({
    name,
    writer: 'Somebody at our marks',
    does,
    declare: kubectlWrite(tools, ['apply', '-f', '-'], manifest(name)),
    meanwhile: mergePatch(tools, name, body, 'kubectl-patch'),
    meant,
    ...more,
  });
  const annotation = (value: string | null) => ({
    metadata: { annotations: { [DECLARED_ANNOTATION]: value } },
  });
  const budgets = (...list: object[]) => ({ spec: { disruption: { budgets: list } } });
  return [
    changed('marks-annotation-gone', 'deletes the annotation', annotation(null)),
    changed(
      'marks-annotation-forged',
      'writes an annotation that says that us-east-1b alone was declared',
      annotation(FORGED),
    ),
    changed('marks-annotation-broken', 'writes nonsense into the annotation', annotation('{')),
    changed('marks-freeze-gone', 'deletes the freeze', budgets(TEN)),
    changed('marks-both-gone', 'deletes the annotation and the freeze', {
      ...annotation(null),
      ...budgets(TEN),
    }),
    changed(
      'marks-freeze-twice',
      'adds a budget equal to the freeze',
      budgets(TEN, FREEZE, FREEZE),
      manifest('marks-freeze-twice', { budgets: [TEN, FREEZE] }),
      {
        // The first takes the place of ours; from the second on, none of what is stored is ours.
        whatToDo:
          'Written once, one of the two is taken for our freeze; written again, both are yours. Karpenter takes the smallest budget, so that two say no more than one.',
      },
    ),
    changed(
      'marks-freeze-before',
      'adds a budget before the freeze',
      budgets(TEN, { nodes: '30%' }, FREEZE),
      manifest('marks-freeze-before', { budgets: [TEN, { nodes: '30%' }] }),
    ),
    changed(
      'marks-freeze-only',
      'replaces all budgets by one that is equal to the freeze',
      budgets(FREEZE),
      manifest('marks-freeze-only', { budgets: [FREEZE] }),
      {
        afterwards: mergePatch(tools, 'marks-freeze-only', budgets(FREEZE), 'kubectl-patch'),
      },
    ),
  ];
};

const FORGED = JSON.stringify({
  generation: 1,
  zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired' }],
  changed: [{ at: 0, declared: inZones(...ONE), stored: inZones(...LEFT) }],
});
