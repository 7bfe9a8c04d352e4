import { nearestWord } from '../../documents/nearest-word.ts';
import { didYouMean, shown } from '../../documents/value-words.ts';
import { EXEMPTION_PREFIX, exemptedRules } from '../core/exemption.ts';
import type { Rule } from '../core/rule.ts';
import { exampleNodeClaim } from '../examples/example-yaml.ts';

const pool = (annotation: string) => `apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: ledger
  annotations:
    ${annotation}
spec:
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }
`;

/**
 * An annotation that exempts from a rule which does not exist: somebody believes to be exempt, and is not.
 *
 * @param ruleIds of all other rules: this one stands in the same list as they
 */
export function exemptionUnknown(ruleIds: readonly string[]): Rule {
  const known = [...ruleIds, 'exemption-unknown'];
  return {
    id: 'exemption-unknown',
    title: 'Exemption from a rule that does not exist',
    kinds: ['NodePool', 'NodeClaim', 'EC2NodeClass'],
    severity: { baseline: 'warn', 'spot-production': 'warn', strict: 'warn' },
    looksAt: ['metadata.annotations'],
    checks: `That each annotation \`${EXEMPTION_PREFIX}…\` ends in the ID of a rule.`,
    why:
      'An exemption counts for the rule whose ID stands behind the slash. With a slip in it nothing is exempt: the rule ' +
      'goes on to deny or to warn, and if it finds nothing today, nobody notices until the day when it does.',
    instead:
      'Correct the ID, or remove the annotation. Rules that an earlier version had, and this one has not, need no ' +
      'exemption.',
    sources: [{ title: 'Policies: exemptions', url: '../policies.md#exemptions' }],
    passes: [
      {
        title: 'The ID of a rule, with a reason',
        yaml: pool(`${EXEMPTION_PREFIX}spot-types-min: the licence is bound to one type (until 2031-12-31)`),
      },
    ],
    fails: [
      {
        title: 'A slip in the ID',
        says: 'did you mean spot-types-min?',
        yaml: pool(`${EXEMPTION_PREFIX}spot-type-min: the licence is bound to one type`),
      },
      {
        title: 'A word that is no rule',
        says: 'there is no rule "all"',
        yaml: pool(`${EXEMPTION_PREFIX}all: a test`),
      },
      {
        title: 'In a NodeClaim',
        says: 'there is no rule "all"',
        yaml: exampleNodeClaim({ annotations: [`${EXEMPTION_PREFIX}all: a test`] }),
      },
      {
        title: 'In an EC2NodeClass',
        says: 'there is no rule "all"',
        yaml: `apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata:
  name: default
  annotations: { ${EXEMPTION_PREFIX}all: a test }
`,
      },
    ],
    check(subject) {
      return exemptedRules(subject.facts.annotations)
        .filter((id) => !known.includes(id))
        .map((id) => {
          const near = nearestWord(id, known);
          return {
            message: `An annotation exempts from a rule, but there is no rule ${shown(id)}${didYouMean(near)}`,
            fix:
              near === undefined
                ? `Remove the annotation ${EXEMPTION_PREFIX}${id}`
                : `Rename the annotation to ${EXEMPTION_PREFIX}${near}`,
            path: 'metadata.annotations',
          };
        });
    },
  };
}
