import type { GuardView, Refusal, ZoneRef } from '../../shared/record/operator-shift.ts';
import { RULES_NAME } from '../../shared/settings/rules-document.ts';
import { bothNames, showSpan, showTime, zonesInWords } from './in-words.ts';
import { ShiftError } from './shift-error.ts';

/** A refusal as the error that tells it: what is so, and what to do. */
export function shiftError(refusal: Refusal, zone: ZoneRef): ShiftError {
  const which = `zone ${bothNames(zone)}`;
  switch (refusal.kind) {
    case 'runs-already': {
      const { until, by = 'somebody' } = refusal.source;
      const end = until === undefined ? 'without an end' : `until ${showTime(until)}`;
      return new ShiftError(
        'shift.runs-already',
        `${which} is shifted away already by ${by}, ${end}: give it a later end with ` +
          `\`zonewarden shift extend ${zone.id} --for …\`, or cancel it.`,
      );
    }
    case 'runs-not':
      return new ShiftError(
        'shift.runs-not',
        `nobody shifts ${which} away by hand: \`zonewarden shift list\` shows what stands against each zone. ` +
          'What AWS started ends at AWS.',
      );
    case 'ignored':
      return new ShiftError(
        'shift.not-allowed',
        `the rules ignore what operators say (sources.operator: ignore): set it to enforce or record in ` +
          `ConfigMap ${RULES_NAME} first.`,
      );
    case 'too-long':
      return new ShiftError(
        'shift.too-long',
        `a shift lasts ${showSpan(refusal.maxMs)} from now at most (operatorMaxDuration): say a shorter time, and ` +
          'extend it later.',
      );
    case 'ends-later':
      return new ShiftError('shift.ends-later', endsLater(which, zone, refusal.until));
    case 'held':
      return new ShiftError('shift.held-back', heldBack(which, refusal));
  }
}

function endsLater(which: string, zone: ZoneRef, until: string | undefined): string {
  const end = until === undefined ? 'has no end' : `lasts until ${showTime(until)} already`;
  return (
    `the shift of ${which} ${end}, which is later: --for counts from now. Say a longer time; to end it, ` +
    `\`zonewarden shift cancel ${zone.id}\`.`
  );
}

function heldBack(which: string, { guard, wouldTakeOut }: Refusal & { kind: 'held' }): string {
  const instead =
    wouldTakeOut.length === 0
      ? ''
      : `, and gives ${zonesInWords(wouldTakeOut)} back for it, as the limit stands`;
  return (
    `the guard would hold ${which} back, so that something is left to launch in: ${guardInWords(guard)}. ` +
    `Nothing was written; --force shifts it away all the same${instead}.`
  );
}

/** `the cluster uses 3 zones, at most 2 of them are impaired at once; impaired: …; held back: none`. */
export function guardInWords({ used, limit, impaired, held }: GuardView): string {
  if (used === undefined || limit === undefined)
    return 'nobody knows yet which zones the cluster uses, and nothing is held back';
  const zones = Object.keys(used).length;
  return (
    `the cluster uses ${zones} ${zones === 1 ? 'zone' : 'zones'}, at most ${limit} of them may be impaired at once; ` +
    `impaired: ${zonesInWords(impaired)}; held back: ${zonesInWords(held)}`
  );
}
