import { EVACUATE_ANNOTATION, FREEZE_ANNOTATION } from '../../enforcement/freeze-mode.ts';
import { EXEMPT_ANNOTATION } from '../../enforcement/nodepool.ts';
import type { RuleSource } from '../core/citations.ts';
import { REQUIREMENT_PATHS, type Rule } from '../core/rule.ts';
import { isUnenforced } from '../counting/impaired-targets.ts';
import { nodePool, ON_DEMAND, RECOMMENDED, withSubnets, zones } from '../examples/example-requirements.ts';
import type { Budget } from '../reading/pool-facts.ts';

const ALL = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const OFF = `${FREEZE_ANNOTATION}: none`;
const DRIFT: RuleSource = {
  title: 'Karpenter: Disruption, drift',
  url: 'https://karpenter.sh/docs/concepts/disruption/#drift',
};
const ENFORCEMENT: RuleSource = {
  title: 'What Zonewarden stores while a zone is impaired',
  url: '../enforcement.md',
};

/** The freeze is there for a reason. */
export const driftGuard: Rule = {
  id: 'drift-guard',
  title: 'Nodes of an impaired zone are not held',
  kinds: ['NodePool'],
  severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'deny' },
  looksAt: [
    ...REQUIREMENT_PATHS,
    'spec.disruption.budgets',
    `metadata.annotations[${FREEZE_ANNOTATION}]`,
    `metadata.annotations[${EVACUATE_ANNOTATION}]`,
    `metadata.annotations[${EXEMPT_ANNOTATION}]`,
  ],
  checks:
    `Whether the annotation \`${FREEZE_ANNOTATION}: none\` switches the freeze off in a NodePool that is open to more than ` +
    'one zone, without a budget of its own that holds back drift at all times, and without ' +
    `\`${EVACUATE_ANNOTATION}: "true"\`, which says that its nodes are to leave the zone. ` +
    'A NodePool that is exempt from zone enforcement is not asked.',
  why:
    'When an impaired zone is taken out of a NodePool, its nodes there no longer agree with the requirements: Karpenter calls ' +
    'them drifted, and replaces them as fast as the budgets allow. In our trials all of them were gone within 33 seconds. ' +
    'The freeze that Zonewarden adds holds them; with it off, a shift turns into churn at the worst moment, a practice run ' +
    'as well.',
  instead:
    'Remove the annotation, or add `{ nodes: "0", reasons: [Drifted] }` to the budgets. If the nodes are to leave the zone, say ' +
    `so with \`${EVACUATE_ANNOTATION}: "true"\`.`,
  sources: [DRIFT, ENFORCEMENT],
  passes: [
    { title: 'The freeze as it comes', yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED])) },
    {
      title: 'One zone, which is never taken out of several',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED, zones('us-east-1a')], { annotations: [OFF] }),
    },
    {
      title: 'A budget of its own against drift',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED], {
        annotations: [OFF],
        spec: ['disruption:', '  budgets: [{ nodes: "10%" }, { nodes: "0", reasons: [Drifted] }]'],
      }),
    },
    {
      title: 'Admission is told to let it be, so that nothing is taken out',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED], { annotations: [OFF, `${EXEMPT_ANNOTATION}: "off"`] }),
    },
    {
      title: 'Nodes that are to leave',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED], { annotations: [OFF, `${EVACUATE_ANNOTATION}: "true"`] }),
    },
  ],
  fails: [
    {
      title: 'The freeze is off',
      says: 'and 3 zones are open to it',
      yaml: withSubnets(ALL, nodePool([ON_DEMAND, ...RECOMMENDED], { annotations: [OFF] })),
    },
    {
      title: 'The freeze is off, and drift is held back in the night only',
      says: 'the nodes in an impaired zone drift',
      yaml: nodePool([ON_DEMAND, ...RECOMMENDED], {
        annotations: [OFF],
        spec: [
          'disruption:',
          '  budgets: [{ nodes: "0", reasons: [Drifted], schedule: "0 22 * * *", duration: 8h }]',
        ],
      }),
    },
  ],
  check(subject) {
    const { annotations, disruption } = subject.facts;
    if (isUnenforced(subject) || annotations[FREEZE_ANNOTATION] !== 'none') return [];
    if (annotations[EVACUATE_ANNOTATION] === 'true') return [];
    const open = subject.openZones;
    if (open !== undefined && open.length < 2) return [];
    if (disruption?.budgets?.some(holdsDrift) === true) return [];
    const zonesOpen = open === undefined ? '' : `, and ${open.length} zones are open to it`;
    return [
      {
        message:
          `${FREEZE_ANNOTATION} is none${zonesOpen}: the nodes in an impaired zone drift as soon as it is taken out, and are ` +
          'replaced as fast as the budgets allow',
        fix: `Remove the annotation ${FREEZE_ANNOTATION}, or add the budget { nodes: "0", reasons: [Drifted] }`,
        path: 'metadata.annotations',
      },
    ];
  },
};

function holdsDrift({ nodes, reasons, schedule }: Budget): boolean {
  const drift = reasons === undefined || reasons.length === 0 || reasons.includes('Drifted');
  return (nodes === '0' || nodes === '0%') && schedule === undefined && drift;
}
