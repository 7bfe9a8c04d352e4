import { cut } from '../record/bounded-text.ts';
import type { ZoneSignal } from '../record/signal.ts';
import { shortName } from '../record/source-name.ts';
import { REGION_SCOPE } from '../settings/zone-rules.ts';
import type { Home } from './home.ts';
import { isRegionName, regionOfZoneId } from './region-codes.ts';

/**
 * Whom what is told concerns: an autoshift is the same for every account of its Region, all else is about a resource of
 * one account.
 */
export type Concern = 'region' | 'account';

/** By what something is of elsewhere. `cluster`: it names another cluster by its ARN. */
export const ELSEWHERE_KINDS = ['region', 'zone', 'account', 'cluster'] as const;
export type ElsewhereKind = (typeof ELSEWHERE_KINDS)[number];

/** Something of elsewhere: by what, and of where. */
export interface Elsewhere {
  readonly kind: ElsewhereKind;
  /** The Region, zone, account or ARN; of bounded length. */
  readonly where: string;
}

/** Where an event is from, as EventBridge says. */
export interface Origin {
  readonly region?: string | undefined;
  readonly account?: string | undefined;
}

export interface Sorted {
  /** What is left for this cluster. */
  readonly signals: readonly ZoneSignal[];
  readonly elsewhere: readonly Elsewhere[];
  /** Nothing of it is left: it changes nothing, and there is nothing to ask ARC about. */
  readonly isElsewhere: boolean;
}

/**
 * Sorts out of an event what is not of the cluster's Region, and what is about a resource of another account. Where it is
 * not known where the cluster is, or where the event is from, nothing is foreign. Messages about another cluster of the
 * same account are named and left in: whoever weighs them knows them by their ARN. Pure.
 */
export function sortedOut(
  origin: Origin,
  signals: readonly ZoneSignal[],
  reach: Concern,
  home: Home,
): Sorted {
  const region = otherRegion(origin.region, home);
  if (region !== undefined) return { signals: [], elsewhere: [region], isElsewhere: true };
  const account = otherAccount(origin.account, home);
  if (signals.length === 0) {
    const isElsewhere = account !== undefined && reach === 'account';
    return { signals, elsewhere: isElsewhere ? [account] : [], isElsewhere };
  }
  const looks = signals.map((signal) => lookAt(signal, account, reach, home));
  const left = looks.flatMap(({ kept }) => kept ?? []);
  const found = looks.flatMap(({ elsewhere }) => elsewhere ?? []);
  return { signals: left, elsewhere: withoutCopies(found), isElsewhere: left.length === 0 };
}

/** Whether the zone is one of another Region, by its ID. */
export function zoneElsewhere(zoneId: string, home: Home): Elsewhere | undefined {
  const region = regionOfZoneId(zoneId);
  const isOther = region !== undefined && home.region !== undefined && region !== home.region.is;
  return isOther ? { kind: 'zone', where: cut(zoneId, MOST_BYTES) } : undefined;
}

const MOST_BYTES = 256;

interface Look {
  readonly kept?: ZoneSignal;
  readonly elsewhere?: Elsewhere;
}

function lookAt(signal: ZoneSignal, account: Elsewhere | undefined, reach: Concern, home: Home): Look {
  const zone = zoneElsewhere(signal.zoneId, home);
  if (zone !== undefined) return { elsewhere: zone };
  const { id, kind } = signal.source;
  const scope = id.slice(kind.length + 1);
  if (home.cluster !== undefined && scope === shortName(home.cluster)) return { kept: signal };
  const [, , service, region, owner] = scope.startsWith('arn:') ? scope.split(':') : [];
  const ofRegion = otherRegion(region, home);
  if (ofRegion !== undefined) return { elsewhere: ofRegion };
  const other = otherAccount(owner, home) ?? account;
  if (other !== undefined && reach === 'account') return { elsewhere: other };
  const kept = other === undefined || scope === REGION_SCOPE ? signal : ofTheRegion(signal, other.where);
  const isCluster = service === 'eks' && home.cluster !== undefined;
  return { kept, ...(isCluster ? { elsewhere: { kind: 'cluster', where: scope } } : {}) };
}

/**
 * An autoshift that the event tells of another account's resource is one of the Region, and the rules for those of our
 * own resource say nothing about it. It keeps a name of its own: what ends it there ends nothing that was told here.
 */
function ofTheRegion(signal: ZoneSignal, account: string): ZoneSignal {
  const { kind } = signal.source;
  return { ...signal, source: { id: `${kind}/${account}/${REGION_SCOPE}`, kind } };
}

function otherRegion(region: string | undefined, home: Home): Elsewhere | undefined {
  if (region === undefined || home.region === undefined || !isRegionName(region)) return undefined;
  return region === home.region.is ? undefined : { kind: 'region', where: cut(region, MOST_BYTES) };
}

function otherAccount(account: string | undefined, home: Home): Elsewhere | undefined {
  if (account === undefined || home.account === undefined || !/^\d{12}$/.test(account)) return undefined;
  return account === home.account.is ? undefined : { kind: 'account', where: account };
}

function withoutCopies(found: readonly Elsewhere[]): readonly Elsewhere[] {
  return [...new Map(found.map((one) => [`${one.kind} ${one.where}`, one])).values()];
}
