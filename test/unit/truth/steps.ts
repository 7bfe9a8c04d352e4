import fc from 'fast-check';
import type { ArcTrouble } from '../../../shared/record/arc-answer.ts';
import type { KindRule } from '../../../shared/settings/zone-rules.ts';

export const ZONES = ['use1-az1', 'use1-az2', 'use1-az3', 'use1-az4'] as const;
/** A Local Zone, child of the first zone. */
export const CHILD = 'use1-lax1-az1';
export const OPERATIONS = ['autoshifts', 'zonalShifts', 'resource'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What becomes of an event: a copy after each of the delays, in seconds; none: it is lost. */
export type Mail = readonly number[];

/** Another account of the Region tells of an autoshift too: by its observer, or for a resource of its own. */
export type Others = 'observer' | 'resource' | 'nobody';
/** Something begins that is not of this cluster's Region or account, and an event of it comes here. */
export type Abroad = 'region' | 'zone' | 'account';

/** One thing that happens. Plain data, so that a failing history can be kept as a case. Durations in seconds. */
export type Step =
  | { do: 'autoshift'; zone: number; ours: boolean; observed: boolean; others?: Others; mail: Mail }
  | { do: 'manual' | 'other'; zone: number; seconds: number; arn: boolean; mail: Mail }
  | { do: 'practice' | 'fis'; zone: number; mail: Mail }
  | { do: 'abroad'; from: Abroad; kind: 'autoshift' | 'zonal-shift'; zone: number; mail: Mail }
  | { do: 'extend'; nth: number; seconds: number; mail: Mail }
  | { do: 'end'; nth: number; mail: Mail }
  | { do: 'operator'; zone: number; seconds: number; forced: boolean }
  | { do: 'wait'; seconds: number }
  | { do: 'trouble'; operation: Operation; trouble: ArcTrouble; seconds: number }
  | { do: 'mistake'; operations: readonly Operation[] }
  | { do: 'crash'; seconds: number }
  | { do: 'lag'; seconds: number }
  | { do: 'clock'; replica: number; seconds: number }
  | { do: 'subnet'; zone: number; has: boolean }
  | { do: 'blind'; seconds: number }
  | { do: 'quiet' };

export interface Setting {
  mode: 'full' | 'no-arn' | 'polling' | 'events';
  scope: 'region' | 'cluster';
  kinds: { [kind: string]: KindRule };
  graceSeconds: number;
  delaySeconds: number;
  /** How many of the four zones the cluster uses; 0: nobody knows. */
  used: number;
  most: number | undefined;
  /** The zones in which the cluster has a subnet at the beginning; absent: nobody ever says. */
  subnets?: readonly number[] | undefined;
  children: boolean;
  /** Draws the jitter of looks. */
  jitter: number;
  /** Without the cluster's ARN: whether something else tells its Region. */
  knowsRegion?: boolean;
}

export interface History {
  setting: Setting;
  steps: Step[];
}

const delay = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 3, arbitrary: fc.integer({ min: 5, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 300, max: 3600 }) },
);
const mail: fc.Arbitrary<Mail> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(delay) },
  { weight: 2, arbitrary: fc.tuple(delay, delay) },
  { weight: 1, arbitrary: fc.constant([]) },
);
const zone = fc.integer({ min: 0, max: 3 });
const nth = fc.nat(5);
const seconds = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 60, max: 1800 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 72 * 3600 }) },
);
const one = <D extends Step['do']>(what: D) => fc.constant(what);
const trouble = fc.constantFrom<ArcTrouble>(
  'throttled',
  'unavailable',
  'unreadable',
  'denied',
  'no-endpoint',
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: one('autoshift'),
      zone,
      ours: fc.boolean(),
      observed: fc.boolean(),
      others: fc.constantFrom<Others>('nobody', 'nobody', 'observer', 'resource'),
      mail,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: one('manual'), zone, seconds, arn: fc.boolean(), mail }) },
  { weight: 2, arbitrary: fc.record({ do: one('other'), zone, seconds, arn: fc.boolean(), mail }) },
  { weight: 1, arbitrary: fc.record({ do: one('practice'), zone, mail }) },
  { weight: 1, arbitrary: fc.record({ do: one('fis'), zone, mail }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('abroad'),
      from: fc.constantFrom<Abroad>('region', 'zone', 'account'),
      kind: fc.constantFrom('autoshift', 'zonal-shift'),
      zone,
      mail,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: one('extend'), nth, seconds, mail }) },
  { weight: 6, arbitrary: fc.record({ do: one('end'), nth, mail }) },
  { weight: 1, arbitrary: fc.record({ do: one('operator'), zone, seconds, forced: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ do: one('wait'), seconds: fc.integer({ min: 1, max: 240 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('trouble'),
      operation: fc.constantFrom(...OPERATIONS),
      trouble,
      seconds: fc.integer({ min: 1, max: 600 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('mistake'),
      operations: fc.uniqueArray(fc.constantFrom(...OPERATIONS), { minLength: 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: one('crash'), seconds: fc.integer({ min: 5, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: one('lag'), seconds: fc.integer({ min: 0, max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: one('clock'),
      replica: fc.nat(2),
      seconds: fc.integer({ min: -300, max: 300 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: one('subnet'), zone, has: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: one('blind'), seconds: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 3, arbitrary: fc.record({ do: one('quiet') }) },
);

const kindRule = fc.constantFrom<KindRule>('enforce', 'enforce', 'record', 'ignore');
const setting: fc.Arbitrary<Setting> = fc
  .record({
    mode: fc.constantFrom('full', 'full', 'full', 'no-arn', 'polling', 'events'),
    scope: fc.constantFrom('region', 'region', 'cluster'),
    kinds: fc.record({
      autoshift: kindRule,
      'observer-autoshift': kindRule,
      'zonal-shift': kindRule,
      'practice-run': kindRule,
      'fis-experiment': kindRule,
      operator: fc.constant<KindRule>('enforce'),
    }),
    graceSeconds: fc.constantFrom(60, 60, 30, 120),
    delaySeconds: fc.constantFrom(0, 0, 90),
    used: fc.constantFrom(0, 3, 3, 4),
    most: fc.constantFrom(undefined, undefined, 1, 3),
    subnets: fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: fc.uniqueArray(zone, { minLength: 1 }) },
    ),
    children: fc.boolean(),
    jitter: fc.nat(1000),
    knowsRegion: fc.boolean(),
  })
  .map(
    (one): Setting =>
      // Without an ARN, whether an autoshift of a resource counts depends on when its event came: said in a test of its own.
      one.mode === 'no-arn'
        ? { ...one, scope: 'region', kinds: { ...one.kinds, 'observer-autoshift': one.kinds.autoshift } }
        : one,
  );

/** A history ends with a quiet period, whatever it has in between. */
export const historyOf = (mostSteps: number): fc.Arbitrary<History> =>
  fc.record({ setting, steps: fc.array(step, { minLength: 1, maxLength: mostSteps }) });

/** The zone of a step. */
export function zoneAt(index: number): string {
  return ZONES[index] ?? ZONES[0];
}

/** One of a list, whatever its length. */
export function oneOf<T>(list: readonly T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)];
}
