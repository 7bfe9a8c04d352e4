import { type AdmissionToken, withNewToken } from './admission-tokens.ts';
import type { Keys, KeysReading, Reading } from './keys-document.ts';
import { isRotationDue, type StoredMarkKey, withNewKey } from './mark-key-ring.ts';

/** What one process knows beside the Secret. */
export interface KeysView {
  /** What it read or wrote last; `undefined` for a process that has just started. */
  readonly held: Keys | undefined;
  readonly nowMs: number;
  /** This token should be followed by another one, if nobody has made one yet. */
  readonly retire?: string | undefined;
  /** Whether this process has made a key for marks so lately that it must not make another one yet. */
  readonly justRotated?: boolean;
}

/** Makes what is new; chance is an argument here. */
export interface FreshKeys {
  markKey(nowMs: number): StoredMarkKey;
  token(nowMs: number): AdmissionToken;
}

/** What was done to a part: `made` anew, `restored` from what the process held, or `rotated`. */
export interface KeysChange {
  readonly part: keyof Keys;
  readonly what: 'made' | 'restored' | 'rotated';
  /** What was wrong with it before, where something was. */
  readonly problem?: string;
}

/** The keys that should be stored, and how they differ from those that are: without a change nothing is to be written. */
export interface TendedKeys {
  readonly keys: Keys;
  readonly changes: readonly KeysChange[];
}

/**
 * What the Secret should hold, by what it holds. A Secret that is gone, and a part that is damaged, are made again from
 * what the process holds, so that marks stay valid and the API server finds us. A part that is not there, in a Secret that
 * is, was taken out by somebody who wants another one.
 * @param stored the Secret as it was read; `undefined`: there is none
 */
export function tendKeys(stored: KeysReading | undefined, view: KeysView, fresh: FreshKeys): TendedKeys {
  const changes: KeysChange[] = [];
  const { held, nowMs, retire, justRotated = false } = view;
  let markKeys = settle('markKeys', stored?.markKeys, held?.markKeys, () => [fresh.markKey(nowMs)]);
  if (isRotationDue(markKeys, nowMs) && !justRotated) {
    markKeys = withNewKey(markKeys, fresh.markKey(nowMs));
    changes.push({ part: 'markKeys', what: 'rotated' });
  }
  let tokens = settle('tokens', stored?.tokens, held?.tokens, () => [fresh.token(nowMs)]);
  if (retire !== undefined && tokens[0]?.token === retire) {
    tokens = withNewToken(tokens, fresh.token(nowMs));
    changes.push({ part: 'tokens', what: 'rotated' });
  }
  return { keys: { markKeys, tokens }, changes };

  function settle<T>(
    part: keyof Keys,
    reading: Reading<T> | undefined,
    before: T | undefined,
    make: () => T,
  ): T {
    if (typeof reading === 'object' && 'value' in reading) return reading.value;
    const problem = typeof reading === 'object' ? { problem: reading.problem } : {};
    const isWanted = reading === 'absent' || before === undefined;
    changes.push({ part, what: isWanted ? 'made' : 'restored', ...problem });
    return isWanted ? make() : before;
  }
}
