import type { Home } from '../../../shared/home/home.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { ACCOUNT, REGION, STRANGER } from './arc-model.ts';
import type { Abroad, Others } from './steps.ts';
import type { Message } from './watcher-model.ts';

/** What a message says, and what has to be taken from it. */
export type Said = Pick<Message, 'signals' | 'truth' | 'origin'>;

/** How another account's events name an autoshift: its observer's, or those of a resource of its own. */
export function namesOf(others: Others | undefined): readonly string[] {
  if (others === 'observer') return ['region'];
  return others === 'resource' ? ['theirs'] : [];
}

/**
 * Another account tells of an autoshift, which is the same for every account. Who knows the cluster's account knows that
 * the resource is none of ours, and that the autoshift speaks for the Region.
 */
export function toldByStrangers(signal: ZoneSignal, name: string, home: Home): Said {
  const isNamed = name !== 'region' && home.account !== undefined;
  const { kind } = signal.source;
  const taken = isNamed ? { ...signal, source: { id: `${kind}/${STRANGER}/region`, kind } } : signal;
  return { signals: [signal], truth: [taken], origin: { region: REGION, account: STRANGER } };
}

/** A shift of another Region or account; nothing of it is ours, unless nobody can know. */
export function fromAbroad(signal: ZoneSignal, from: Abroad, home: Home): Said {
  const signals = [from === 'zone' ? { ...signal, zoneId: 'usw2-az1' } : signal];
  const origin = {
    region: from === 'region' ? 'us-west-2' : REGION,
    account: from === 'account' ? STRANGER : ACCOUNT,
  };
  const isKnown = from === 'account' ? home.account !== undefined : home.region !== undefined;
  return { signals, truth: isKnown ? undefined : signals, origin };
}
