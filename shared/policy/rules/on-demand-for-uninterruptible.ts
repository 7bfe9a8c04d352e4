import { DECLARED_ANNOTATION } from '../../enforcement/declared-annotation.ts';
import { CAPACITY_TYPE_KEY } from '../../requirements/labels.ts';
import { EC2_SPOT, INTERRUPTION, NODE_CONTROLS } from '../core/citations.ts';
import { ALL_REQUIREMENT_PATHS, type Problem, type Rule } from '../core/rule.ts';
import type { Subject } from '../core/subject.ts';
import {
  nodeClaim,
  nodePool,
  ON_DEMAND,
  RECOMMENDED,
  SPOT,
  SPOT_AND_ON_DEMAND,
} from '../examples/example-requirements.ts';
import { isMadeByKarpenter } from '../reading/made-by-karpenter.ts';
import type { Budget } from '../reading/pool-facts.ts';
import { annotationsOfNodes, DO_NOT_DISRUPT } from '../reading/template-annotations.ts';

const MARKED = [`${DO_NOT_DISRUPT}: "true"`];
const FROZEN = ['disruption:', '  budgets: [{ nodes: "0" }]'];

/** EC2 asks nobody. */
export const onDemandForUninterruptible: Rule = {
  id: 'on-demand-for-uninterruptible',
  title: 'Spot for what must not be interrupted',
  kinds: ['NodePool', 'NodeClaim'],
  severity: { baseline: 'warn', 'spot-production': 'deny', strict: 'deny' },
  looksAt: [
    ...ALL_REQUIREMENT_PATHS,
    `spec.template.metadata.annotations[${DO_NOT_DISRUPT}]`,
    `metadata.annotations[${DO_NOT_DISRUPT}]`,
    `metadata.annotations[${DECLARED_ANNOTATION}]`,
    'spec.disruption.budgets',
  ],
  checks:
    'Where Spot may be launched, whether the nodes are marked as not to be disrupted: by the annotation ' +
    '`karpenter.sh/do-not-disrupt: "true"` in the template (or on a NodeClaim that somebody wrote). A budget of 0 nodes ' +
    'at all times and for every reason is taken as a weaker sign, and warned of at the most; the one that Zonewarden itself ' +
    'adds while a zone is impaired is not.',
  why:
    'Annotation and budget hold back what Karpenter does of its own will: consolidation and drift. That EC2 takes a Spot ' +
    'instance back is no such thing: there are two minutes, then the instance is gone, whatever the node says. What ' +
    'must not be interrupted has to run on demand. That the two together are a mistake is our judgement.',
  instead:
    'Allow `on-demand` (or `reserved`) alone for these nodes. If interruption is bearable after all, remove the annotation, ' +
    'so that Karpenter can consolidate.',
  sources: [NODE_CONTROLS, INTERRUPTION, EC2_SPOT],
  passes: [
    {
      title: 'Not to be disrupted, and on demand',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED], { templateAnnotations: MARKED }),
    },
    { title: 'Spot, and free to be disrupted', yaml: nodePool([SPOT_AND_ON_DEMAND, ...RECOMMENDED]) },
    {
      title: 'Frozen in the night only',
      yaml: nodePool([SPOT, ...RECOMMENDED], {
        spec: ['disruption:', '  budgets: [{ nodes: "0", schedule: "0 22 * * *", duration: 8h }]'],
      }),
    },
    {
      title: 'Frozen against drift only',
      yaml: nodePool([SPOT, ...RECOMMENDED], {
        spec: ['disruption:', '  budgets: [{ nodes: "0", reasons: [Drifted] }]'],
      }),
    },
    {
      title: 'Frozen by Zonewarden while a zone is impaired',
      yaml: nodePool([SPOT, ...RECOMMENDED], { annotations: [`${DECLARED_ANNOTATION}: "{}"`], spec: FROZEN }),
    },
    {
      title: 'Marked, but not as true',
      yaml: nodePool([SPOT, ...RECOMMENDED], { templateAnnotations: [`${DO_NOT_DISRUPT}: "false"`] }),
    },
  ],
  fails: [
    {
      title: 'Not to be disrupted, and on Spot',
      says: 'Nodes are marked karpenter.sh/do-not-disrupt, and Spot may be launched',
      yaml: nodePool([SPOT_AND_ON_DEMAND, ...RECOMMENDED], { templateAnnotations: MARKED }),
    },
    {
      title: 'Frozen for good, and on Spot',
      says: 'A budget of 0 nodes holds at all times, and Spot may be launched',
      yaml: nodePool([SPOT, ...RECOMMENDED], { spec: FROZEN }),
    },
    {
      title: 'A NodeClaim that somebody wrote',
      says: 'Nodes are marked karpenter.sh/do-not-disrupt, and Spot may be launched',
      yaml: nodeClaim([SPOT, ...RECOMMENDED], { annotations: MARKED }),
    },
  ],
  check(subject) {
    if (isMadeByKarpenter(subject) || !subject.allowsCapacityType('spot')) return [];
    if (annotationsOfNodes(subject)[DO_NOT_DISRUPT] === 'true') {
      return [problem(subject, `Nodes are marked ${DO_NOT_DISRUPT}`, 'the mark')];
    }
    return isFrozen(subject)
      ? [{ ...problem(subject, 'A budget of 0 nodes holds at all times', 'the budget'), atMost: 'warn' }]
      : [];
  },
};

function problem(subject: Subject, what: string, it: string): Problem {
  return {
    message: `${what}, and Spot may be launched: EC2 takes Spot instances back all the same, two minutes after it says so`,
    fix: `Write ${CAPACITY_TYPE_KEY} In [on-demand] for what must not be interrupted, or remove ${it}`,
    path: subject.facts.requirementsPath,
  };
}

/** Whether its owner lets nothing be disrupted, ever. */
function isFrozen({ facts }: Subject): boolean {
  if (Object.hasOwn(facts.annotations, DECLARED_ANNOTATION)) return false;
  return facts.disruption?.budgets?.some(holdsAlways) === true;
}

function holdsAlways({ nodes, reasons, schedule }: Budget): boolean {
  const none = nodes === '0' || nodes === '0%';
  return none && schedule === undefined && (reasons === undefined || reasons.length === 0);
}
