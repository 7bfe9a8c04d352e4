/**
 * What a kind of source does to a zone. `enforce`: the zone is impaired. `record`: it stands in the record, where
 * people and metrics see it, and nothing follows. `ignore`: it is not even written down.
 */
export type KindRule = 'enforce' | 'record' | 'ignore';

/**
 * The kinds that rules tell apart. An `observer-autoshift` is one of the Region (observer notifications, ListAutoshifts);
 * an `autoshift` is one of this cluster's own resource.
 */
export const RULE_KINDS = [
  'autoshift',
  'observer-autoshift',
  'zonal-shift',
  'practice-run',
  'fis-experiment',
  'operator',
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** What to believe, and how much of it to enforce. Durations in milliseconds. */
export interface ZoneRules {
  readonly kinds: Readonly<Record<RuleKind, KindRule>>;
  /** `region`: autoshifts of the Region count as well; `cluster`: only what concerns this cluster's own resource. */
  readonly scope: 'region' | 'cluster';
  /** For how long ARC's API has to leave out a source, over at least two looks, before that ends it. */
  readonly graceMs: number;
  /** For how long a zone stays impaired after its last source ended. */
  readonly recoveryDelayMs: number;
  /** At most so many of the used zones are impaired at once; `undefined`: all of them less one. */
  readonly maxImpairedZones: number | undefined;
  /** Whether a Local Zone or Wavelength Zone is impaired while its parent is. */
  readonly childZones: 'ignore' | 'follow';
  /** The longest that an operator's shift may last from now. */
  readonly operatorMaxMs: number;
}

const MINUTE = 60_000;

/**
 * Practice runs and FIS experiments are recorded: a practice run comes each week for 30 minutes and tests whether the
 * application bears a shift, for which ARC itself moves the traffic; new nodes need not be kept away from a zone that is
 * well, and who wants the full drill says `enforce`.
 */
export const DEFAULT_ZONE_RULES: ZoneRules = {
  kinds: {
    autoshift: 'enforce',
    'observer-autoshift': 'enforce',
    'zonal-shift': 'enforce',
    'practice-run': 'record',
    'fis-experiment': 'record',
    operator: 'enforce',
  },
  scope: 'region',
  graceMs: MINUTE,
  recoveryDelayMs: 0,
  maxImpairedZones: undefined,
  childZones: 'ignore',
  // As long as ARC lets a zonal shift be (StartZonalShift, expiresIn).
  operatorMaxMs: 72 * 60 * MINUTE,
};

/** Scope of the sources that speak for the whole Region, in their IDs: `autoshift/region`, `arc/autoshift/region`. */
export const REGION_SCOPE = 'region';

/**
 * The rule for a source. A kind that nobody here knows (ARC's list of shift types is open) is enforced: it moves traffic
 * away from a zone, and a newer version will know its name.
 */
export function ruleFor(
  rules: Pick<ZoneRules, 'kinds' | 'scope'>,
  source: { readonly id: string; readonly kind: string },
): KindRule {
  const isRegional = source.id.endsWith(`/${REGION_SCOPE}`);
  if (isRegional && rules.scope === 'cluster') return 'ignore';
  const name = isRegional && source.kind === 'autoshift' ? 'observer-autoshift' : source.kind;
  const kind = RULE_KINDS.find((known) => known === name);
  return kind === undefined ? 'enforce' : rules.kinds[kind];
}
