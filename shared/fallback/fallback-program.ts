import { DECLARED_ANNOTATION } from '../enforcement/declared-annotation.ts';
import { EXEMPT_ANNOTATION } from '../enforcement/nodepool.ts';
import { ZONE_ID_KEY, ZONE_NAME_ALIASES, ZONE_NAME_KEY } from '../record/zone-keys.ts';
import { NODE_POOL_LABEL } from '../views/node-pool.ts';
import { beyondBoundsInCel } from './bounds-in-cel.ts';
import { celMap, celString, celStrings } from './cel-literal.ts';
import type { FallbackLiterals } from './fallback-literals.ts';

/** Name of the ValidatingAdmissionPolicy, and of its binding. */
export const FALLBACK_NAME = 'zonewarden';

export interface FallbackVariable {
  readonly name: string;
  readonly expression: string;
}

export interface FallbackValidation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression: string;
  /** HTTP status 422; the API server's own `Forbidden` would read as a right that somebody lacks. */
  readonly reason: 'Invalid';
}

/** The parts of the ValidatingAdmissionPolicy's spec that are the watcher's to write. */
export interface FallbackProgram {
  readonly variables: readonly FallbackVariable[];
  readonly validations: readonly FallbackValidation[];
}

/** The variable that carries the generation; it is read again to see what is in force. */
export const GENERATION_VARIABLE = 'generation';

/**
 * The rules for given literals: what the webhook's validating step says (webhook/validate), in CEL. The program is always
 * the same; the literals alone differ. It needs nothing that an API server 1.30 does not have.
 *
 * Two things it cannot know as the webhook does. Time: on CREATE the object's creation time is the clock, on UPDATE there
 * is none. And whether the set has changed: a NodePool whose mark is newer than the literals, or says of a zone that it is
 * on its way back, is believed.
 */
export function fallbackProgram({ generation, zones, exemptNodePools }: FallbackLiterals): FallbackProgram {
  return {
    variables: [
      { name: GENERATION_VARIABLE, expression: String(generation) },
      { name: 'zones', expression: `[${zones.map((zone) => celMap({ ...zone })).join(', ')}]` },
      { name: 'exemptNodePools', expression: celStrings(exemptNodePools) },
      ...PROGRAM,
    ],
    validations: [
      {
        expression: 'variables.refused.size() == 0',
        message: `this object targets an impaired zone. ${ADVICE}`,
        messageExpression: `'this ' + object.kind + ' targets ' + variables.refused.map(z, z.text).join('; ') + '. ' + ${celString(ADVICE)}`,
        reason: 'Invalid',
      },
      {
        expression: "variables.beyond == '' || variables.isLeftBeyond",
        message: 'this object holds more than Zonewarden looks at.',
        messageExpression:
          "'this ' + object.kind + ' holds more than Zonewarden looks at: ' + variables.beyond + '. Write less.'",
        reason: 'Invalid',
      },
    ],
  };
}

/** A record changes some times in an hour. A policy that could not be written for days is behind by less. */
export const FURTHEST_AHEAD = 1000;

const ADVICE =
  "Zonewarden's webhook did not handle this write, so that the policy in its place refuses it. Try again when the webhook answers; docs/policy-fallback.md says what else there is.";

const NAME_KEYS = [ZONE_NAME_KEY, ...ZONE_NAME_ALIASES];
const ALL_KEYS = celStrings([ZONE_ID_KEY, ...NAME_KEYS]);
const ID_KEY = celString(ZONE_ID_KEY);

const isPool = "object.kind == 'NodePool'";
const annotation = (name: string) => `dyn(object).?metadata.?annotations[?${celString(name)}].orValue('')`;
const onZones = (list: string) => `(${list}).filter(r, r.key in ${ALL_KEYS})`;
const requirementsOfPool = (object: string) =>
  `dyn(${object}).?spec.?template.?spec.?requirements.orValue([])`;
const labelsOfPool = (object: string) => `dyn(${object}).?spec.?template.?metadata.?labels.orValue({})`;

const values = 'r.?values.orValue([])';
const INTEGER = "r'^-?[0-9]+$'";

/** `acceptsValue` of shared/requirements/requirement.ts, for the requirement `r`. */
function accepts(value: string): string {
  const bound = 'double(r.values[0])';
  const compared =
    `r.operator == 'Gt' ? double(${value}) > ${bound} : r.operator == 'Lt' ? double(${value}) < ${bound} : ` +
    `r.operator == 'Gte' ? double(${value}) >= ${bound} : double(${value}) <= ${bound}`;
  return (
    `(r.operator == 'In' ? ${value} in ${values} : r.operator == 'NotIn' ? !(${value} in ${values}) : ` +
    "r.operator == 'DoesNotExist' ? false : r.operator in ['Gt', 'Lt', 'Gte', 'Lte'] ? " +
    `(${value}.matches(${INTEGER}) && ${values}.size() > 0 && r.values[0].matches(${INTEGER}) && (${compared})) : true)`
  );
}

/** `isOpenTo` of shared/enforcement/zone-constraints.ts, for the zone `z`. */
function isOpen(requirements: string, labels: string): string {
  const byId =
    `${requirements}.all(r, r.key != ${ID_KEY} || ${accepts('z.id')}) && ` +
    `${labels}[?${ID_KEY}].orValue(z.id) == z.id`;
  const byName =
    `${requirements}.all(r, r.key == ${ID_KEY} || ${accepts('z.name')}) && ` +
    NAME_KEYS.map((key) => `${labels}[?${celString(key)}].orValue(z.name) == z.name`).join(' && ');
  return `(${byId} && (!has(z.name) || (${byName})))`;
}

const beyond = (object: string) =>
  beyondBoundsInCel(
    `(${isPool} ? dyn(${object}).?spec.?template.?spec : dyn(${object}).?spec)`,
    `(${isPool} ? ${labelsOfPool(object)} : {})`,
    `(${isPool} && ${annotation(DECLARED_ANNOTATION)} != '')`,
  );

const PROGRAM: readonly FallbackVariable[] = [
  { name: 'beyond', expression: beyond('object') },
  // What is stored like that is left as it is: its labels and finalizers can still be changed.
  {
    name: 'isLeftBeyond',
    expression:
      "variables.beyond != '' && request.operation == 'UPDATE' && dyn(object).spec == dyn(oldObject).spec",
  },
  {
    name: 'requirements',
    expression: onZones(
      `${isPool} ? ${requirementsOfPool('object')} : dyn(object).?spec.?requirements.orValue([])`,
    ),
  },
  { name: 'labels', expression: `${isPool} ? ${labelsOfPool('object')} : {}` },
  // What the stored NodePool was open to may stay open, so that everything else in it can be changed.
  {
    name: 'oldRequirements',
    expression: `request.operation == 'UPDATE' ? ${onZones(requirementsOfPool('oldObject'))} : []`,
  },
  { name: 'oldLabels', expression: `request.operation == 'UPDATE' ? ${labelsOfPool('oldObject')} : {}` },
  {
    name: 'exempt',
    expression:
      `${isPool} ? ${annotation(EXEMPT_ANNOTATION)} == 'off' : ` +
      `dyn(object).?metadata.?labels[?${celString(NODE_POOL_LABEL)}].orValue('') in variables.exemptNodePools`,
  },
  { name: 'mark', expression: `${isPool} ? ${annotation(DECLARED_ANNOTATION)} : ''` },
  {
    name: 'markGeneration',
    expression:
      'variables.mark.startsWith(\'{"generation":\') && ' +
      `variables.mark.split(',', 2)[0].matches(r'^\\{"generation":[0-9]{1,16}$') ` +
      "? int(variables.mark.split(',', 2)[0].substring(14)) : 0",
  },
  // A mark can't be verified here. What is further ahead than any policy lags behind is nobody's mark.
  {
    name: 'isNewer',
    expression:
      `variables.markGeneration > variables.${GENERATION_VARIABLE} && ` +
      `variables.markGeneration - ${FURTHEST_AHEAD} <= variables.${GENERATION_VARIABLE}`,
  },
  {
    name: 'refused',
    expression: [
      `variables.exempt || variables.beyond != '' || variables.isNewer ? [] : variables.zones.filter(z, `,
      `${isOpen('variables.requirements', 'variables.labels')} && `,
      "!(request.operation == 'CREATE' && has(z.until) && ",
      'timestamp(dyn(object).metadata.creationTimestamp) >= timestamp(z.until)) && ',
      `!(variables.markGeneration == variables.${GENERATION_VARIABLE} && variables.mark.contains(z.back)) && `,
      `!(request.operation == 'UPDATE' && ${isOpen('variables.oldRequirements', 'variables.oldLabels')}))`,
    ].join(''),
  },
];
