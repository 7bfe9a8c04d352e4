import type { NodePoolDecision } from '../../shared/enforcement/nodepool.ts';
import { LONGEST_WARNING } from '../../shared/policy/core/words.ts';
import { type OrderedZone, showSources, showZone } from '../../shared/record/orders.ts';

/** Warnings of a NodePool write, one a zone, and one where nothing is left to launch in. */
export function nodePoolWarnings(decision: NodePoolDecision, all: readonly OrderedZone[]): string[] {
  const { excluded, recovering } = decision;
  const isRemembered = decision.noRoomToRemember !== 'zones';
  const warnings = excluded.map((zone) =>
    warningOf(reasonsOf(zone, all), (reasons) => {
      const impaired = `zonewarden: zone ${showZone(zone)} is impaired (${reasons})`;
      return isRemembered
        ? `${impaired}; kept out of this NodePool, given back when it recovers`
        : `${impaired}; kept out of this NodePool, not given back when it recovers: its annotations have no room for a mark`;
    }),
  );
  if (decision.noRoomToRemember === 'freeze') {
    warnings.push(
      'zonewarden: the annotations of this NodePool have no room to remember its budgets; its voluntary disruption is not frozen',
    );
  }
  if (decision.nothingLeft) {
    warnings.push('zonewarden: no zone is left to this NodePool; it launches nothing until one is back');
  }
  if (recovering.length > 0) {
    warnings.push(
      warningOf(
        recovering.map(showZone),
        (names) =>
          `zonewarden: ${names} is recovering; voluntary disruption of this NodePool is still frozen`,
      ),
    );
  }
  return warnings;
}

/** A warning with as many of the parts as have room in it, and how many more there are. */
function warningOf(parts: readonly string[], wording: (parts: string) => string): string {
  for (let shown = parts.length; shown > 0; shown -= 1) {
    const hidden = parts.length - shown;
    const listed = [...parts.slice(0, shown), ...(hidden === 0 ? [] : [`${hidden} more`])];
    const text = wording(listed.join(', '));
    if (text.length <= LONGEST_WARNING) return text;
  }
  return wording('…').slice(0, LONGEST_WARNING);
}

/** Each reason why a zone is impaired; they come from the set, which names them all. */
function reasonsOf(zone: OrderedZone, all: readonly OrderedZone[]): string[] {
  const known = all.find(({ id }) => id === zone.id) ?? zone;
  if (known.sources.length === 0) return [showSources(known)];
  return known.sources.map((source) => showSources({ ...known, sources: [source] }));
}

/** What becomes of a NodePool whose annotations are full, and what to do. */
export function notRememberedMessage(zones: readonly OrderedZone[]): string {
  const names = zones.map(showZone).join(', ');
  return (
    `the annotations of this NodePool have no room to remember what was declared: ${names} is kept out and not given ` +
    'back. Make room (256 KiB is the most), and apply its manifest again when the zone is back.'
  );
}

/** Why a NodePool cannot be stored, and what to do. */
export function noRoomMessage(zones: readonly OrderedZone[], all: readonly OrderedZone[]): string {
  return (
    `${zones.map((zone) => zoneAndReason(zone, all)).join('; ')}, and there is no room to exclude it: the list has ` +
    '100 requirements and none on a zone that could be changed. Remove a requirement, or name the zones in one ' +
    'In list on topology.kubernetes.io/zone.'
  );
}

/** Why an object that still targets impaired zones is refused at the end of admission. */
export function stillTargetsMessage(kind: string, zones: readonly OrderedZone[]): string {
  return (
    `this ${kind} still targets ${zones.map((zone) => zoneAndReason(zone, zones)).join('; ')}. Zonewarden's mutating ` +
    'step did not run or another webhook changed the object after it. Try again; if it stays, see docs/troubleshooting.md.'
  );
}

/** Why a NodeClaim is refused. */
export function nothingLeftMessage(zones: readonly OrderedZone[], all: readonly OrderedZone[]): string {
  return (
    `${zones.map((zone) => zoneAndReason(zone, all)).join('; ')}, and this NodeClaim can launch in no other zone. ` +
    'It would never launch; pods that need the zone wait until it is back.'
  );
}

/** `zone us-east-1a (use1-az1) is impaired (autoshift since …)`. */
function zoneAndReason(zone: OrderedZone, all: readonly OrderedZone[]): string {
  const known = all.find(({ id }) => id === zone.id) ?? zone;
  return `zone ${showZone(zone)} is impaired (${showSources(known)})`;
}
