import { z } from 'zod';
import { oneOf, shown } from '../documents/value-words.ts';
import { parseDuration, showDuration } from './duration.ts';
import type { KindRule, RuleKind, ZoneRules } from './zone-rules.ts';

/** How the document names the kinds of sources. */
export const SOURCE_KEYS = {
  autoshift: 'autoshift',
  'observer-autoshift': 'observerAutoshift',
  'zonal-shift': 'zonalShift',
  'practice-run': 'practiceRun',
  'fis-experiment': 'fisExperiment',
  operator: 'operator',
} as const satisfies Record<RuleKind, string>;

const KIND_RULES = ['enforce', 'record', 'ignore'] as const satisfies readonly KindRule[];
const SCOPES = ['region', 'cluster'] as const satisfies readonly ZoneRules['scope'][];
const CHILD_ZONES = ['ignore', 'follow'] as const satisfies readonly ZoneRules['childZones'][];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

interface Bound {
  readonly ms: number;
  /** Ends the sentence `at least 10s, because …`. */
  readonly because: string;
}

const GRACE = duration(
  { ms: 10 * SECOND, because: 'ARC can name a shift in an event before its API lists it' },
  { ms: 15 * MINUTE, because: 'a shift that ended unheard would keep its zone away for as long' },
);
const RECOVERY_DELAY = duration(
  { ms: 0, because: 'a zone cannot come back before its shift ends' },
  { ms: 24 * HOUR, because: 'a zone that is well again would be kept away for longer than a day' },
);
const OPERATOR_MAX = duration(
  { ms: MINUTE, because: 'ARC takes no zonal shift for less than a minute either' },
  { ms: 72 * HOUR, because: 'that is as long as ARC lets a zonal shift be; a longer one is started anew' },
);

/** The document, key by key in the order in which people read it. An empty value is the same as none. */
export const rulesSchema = z.strictObject({
  sources: z
    .strictObject({
      autoshift: oneOf(KIND_RULES),
      observerAutoshift: oneOf(KIND_RULES),
      zonalShift: oneOf(KIND_RULES),
      practiceRun: oneOf(KIND_RULES),
      fisExperiment: oneOf(KIND_RULES),
      operator: oneOf(KIND_RULES),
    })
    .nullish(),
  scope: oneOf(SCOPES),
  grace: GRACE,
  recoveryDelay: RECOVERY_DELAY,
  maxImpairedZones: z
    .int({ error: ({ input }) => `${shown(input)} is not a number of zones: expected 0, 1, 2, …` })
    .min(0, { error: ({ input }) => `${shown(input)} is less than no zone: expected 0, 1, 2, …` })
    .nullish()
    .describe('a whole number, 0 or more'),
  childZones: oneOf(CHILD_ZONES),
  operatorMaxDuration: OPERATOR_MAX,
});

/** Every key of the document that holds a value, in order, as docs/rules.md shows it: `key` such as `sources.practiceRun`. */
export const RULES_KEYS = Object.entries(rulesSchema.shape).flatMap(([key, schema]) =>
  key === 'sources'
    ? Object.entries(rulesSchema.shape.sources.unwrap().unwrap().shape).map(([kind, rule]) => ({
        key: `sources.${kind}`,
        values: rule.description ?? '',
      }))
    : [{ key, values: schema.description ?? '' }],
);

/** A duration in the document to milliseconds. */
function duration(least: Bound, most: Bound) {
  return z
    .unknown()
    .transform((value, context) => {
      if (value === null || value === undefined) return undefined;
      // YAML makes a number of a bare 0.
      const ms = value === 0 ? 0 : typeof value === 'string' ? parseDuration(value) : undefined;
      const wrong = ms === undefined ? notOne(value) : outside(ms, least, most);
      if (wrong === undefined) return ms;
      context.addIssue({ code: 'custom', message: wrong });
      return z.NEVER;
    })
    .optional()
    .describe(`${showDuration(least.ms)} to ${showDuration(most.ms)}`);
}

function notOne(value: unknown): string {
  return `${shown(value)} is not a duration: expected whole numbers with the units h, m, s, ms, such as 1m30s`;
}

function outside(ms: number, least: Bound, most: Bound): string | undefined {
  const is = showDuration(ms);
  if (ms < least.ms)
    return `${is} is too short: at least ${showDuration(least.ms)}, because ${least.because}`;
  if (ms > most.ms) return `${is} is too long: at most ${showDuration(most.ms)}, because ${most.because}`;
  return undefined;
}
