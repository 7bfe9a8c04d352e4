import { anything, characters, safeJson } from '../drawing/any-json.ts';
import type { Draw } from '../drawing/draw.ts';

/** What stands in any place of an object of somebody who may write anything. */

export const ZONE = 'topology.kubernetes.io/zone';
const ZONE_ID = 'topology.k8s.aws/zone-id';
const TYPE = 'node.kubernetes.io/instance-type';
export const KEYS = [
  ...[ZONE, ZONE_ID, TYPE, 'failure-domain.beta.kubernetes.io/zone', 'topology.ebs.csi.aws.com/zone'],
  ...[
    'karpenter.k8s.aws/instance-cpu',
    'karpenter.k8s.aws/instance-memory',
    'karpenter.k8s.aws/instance-family',
  ],
  ...[
    'karpenter.k8s.aws/instance-generation',
    'karpenter.sh/capacity-type',
    'kubernetes.io/arch',
    '__proto__',
    '',
  ],
];
export const OPERATORS = [
  'In',
  'NotIn',
  'Exists',
  'DoesNotExist',
  'Gt',
  'Lt',
  'Gte',
  'Lte',
  'in',
  '',
  'constructor',
];
const VALUES = [
  ...['us-east-1a', 'us-east-1b', 'us-east-1c', 'use1-az1', 'use1-az2', 'nowhere'],
  ...[
    'm5.large',
    'c5.xlarge',
    'm6i.2xlarge',
    'spot',
    'on-demand',
    'reserved',
    'amd64',
    'arm64',
    '4',
    '-1',
    '__proto__',
    '',
  ],
];

/** How far the largest ones go: past what is read of a NodePool, and within what an API server takes. */
const MANY = 25_000;
/** What one list takes at most: etcd takes no more of a whole object. */
const MOST_CHARACTERS = 1_500_000;

type Make<T> = (draw: Draw) => T;

export function word(draw: Draw): string {
  return draw.weighted([
    [12, () => draw.of(VALUES)],
    [1, () => characters(draw, 20)],
    [1, () => '9'.repeat(draw.count(40_000))],
    [1, () => `-${'a.'.repeat(draw.count(4000))}`],
  ]);
}

/** Up to so many, most of them different; often as many as are looked at, or some more or less. */
function manyWords(draw: Draw): string[] {
  const count = draw.isLarge && draw.oneIn(3) ? draw.within(4980, 5005) : draw.count(MANY);
  const stem = draw.of(['us-east-1', 'use1-az', 'm5.', '', '4']);
  const same = draw.oneIn(2);
  return Array.from({ length: count }, (_, nth) => `${stem}${same ? 'a' : nth}`);
}

/** Now and then what belongs in a place is not there. */
export function mostly<T>(draw: Draw, make: Make<T>): unknown {
  return draw.oneIn(150) ? anything(draw) : make(draw);
}

/** One of some constants, mostly. */
export function mostlyOf(draw: Draw, choices: readonly unknown[]): unknown {
  return mostly(draw, () => draw.of(choices));
}

/** How often a list is a long one: one of some. */
export function rarely({ isLarge }: Draw): number {
  return isLarge ? 8 : 31;
}

/** A few; now and then one of them so many times. */
export function few<T>(draw: Draw, make: Make<T>, many: number): T[] {
  if (!draw.oneIn(rarely(draw))) return draw.list(5, make);
  const one = make(draw);
  const most = Math.ceil(MOST_CHARACTERS / safeJson(one).length);
  return Array.from({ length: Math.min(draw.count(many), most) }, () => one);
}

/** Members that may be missing: `undefined` is no member of a JSON text. */
export function perhaps<T>(draw: Draw, make: Make<T>): T | undefined {
  return draw.below(2) === 0 ? undefined : make(draw);
}

export function values(draw: Draw): string[] {
  return draw.oneIn(rarely(draw)) ? manyWords(draw) : draw.list(8, word);
}

/** One that no CRD refuses, of zones: most of what is decided is decided of these. */
function ofZones(draw: Draw) {
  const values = draw.list(4, () => draw.of(VALUES.slice(0, 6)));
  return {
    key: draw.of([ZONE, ZONE, ZONE_ID]),
    operator: draw.of(['In', 'In', 'NotIn']),
    values: values.length === 0 ? [VALUES[0]] : values,
    minValues: draw.oneIn(6) ? draw.within(1, 3) : undefined,
  };
}

export function requirement(draw: Draw) {
  if (draw.oneIn(3)) return ofZones(draw);
  return {
    key: mostlyOf(draw, KEYS),
    operator: mostlyOf(draw, OPERATORS),
    values: perhaps(draw, () => mostly(draw, values)),
    minValues: perhaps(draw, () => mostly(draw, () => draw.within(-1, 60))),
  };
}

export function requirements(draw: Draw): unknown[] {
  return few(draw, () => mostly(draw, requirement), 3000);
}

const SCHEDULES = ['@daily', '* * * * *', '0 9 * * mon-fri', `0 0 ${'1,'.repeat(9000)}1 * *`, '*/0 * * * *'];

export function budget(draw: Draw) {
  const reason = () => draw.of(['Drifted', 'Empty', 'Underutilized', 'x']);
  return {
    nodes: mostlyOf(draw, ['0', '10%', '100%', '-1', '9'.repeat(5000)]),
    reasons: perhaps(draw, () => mostly(draw, () => few(draw, reason, 500))),
    schedule: perhaps(draw, () => mostlyOf(draw, SCHEDULES)),
    duration: perhaps(draw, () => mostlyOf(draw, ['1h', '1h30m', '0', '9'.repeat(400)])),
  };
}
