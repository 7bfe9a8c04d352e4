import { marksOf } from '../../shared/enforcement/mark.ts';
import { isOpenTo } from '../../shared/enforcement/zone-constraints.ts';
import { type Finding, findingText } from '../../shared/policy/core/finding.ts';
import { rulePage, shortened } from '../../shared/policy/core/words.ts';
import { type OrderedZone, type Orders, showSources, showZone } from '../../shared/record/orders.ts';
import { type NodePoolView, requirementsOf } from '../../shared/views/node-pool.ts';
import type { EventSubject, NodePoolEvent } from '../admission/nodepool-event.ts';

/** The API server takes no Event whose message is longer (k8s.io/kubernetes pkg/apis/core/validation/events.go). */
const LONGEST_MESSAGE = 1024;

/** One Event for each finding that its writer was refused for or warned of, and that is not as it was before. */
export function violationEvents(
  findings: readonly Finding[],
  about: EventSubject,
  isRefused: boolean,
): NodePoolEvent[] {
  return findings
    .filter(({ severity, lowered }) => severity !== 'audit' && lowered !== 'unchanged')
    .map((finding): NodePoolEvent => {
      const outcome = isRefused ? 'refused' : 'stored all the same';
      const start = `${finding.rule} (${finding.severity}; the write was ${outcome}): `;
      const end = ` See ${rulePage(finding.rule)}`;
      const text = shortened(findingText(finding), LONGEST_MESSAGE - start.length - end.length);
      return { type: 'Warning', reason: 'PolicyViolation', message: `${start}${text}${end}`, about };
    });
}

/**
 * What a write changed about the zones of a NodePool, told by the marks of the stored object and of the one that will
 * be stored: so it is told once, and not at every re-apply of the same manifest.
 */
export function zoneEvents(
  incoming: NodePoolView,
  old: NodePoolView | undefined,
  set: Orders,
  about: EventSubject,
): NodePoolEvent[] {
  const [now, before] = [zonesKeptOut(incoming), zonesKeptOut(old)];
  const pruned = now.filter(({ id }) => !before.some((zone) => zone.id === id));
  const restored = before.filter(
    (zone) => !now.some(({ id }) => id === zone.id) && isOpenTo(constraintsOf(incoming), zone),
  );
  return [
    ...pruned.map((zone): NodePoolEvent => {
      const known = [...set.zones, ...(set.elsewhere?.zones ?? [])].find(({ id }) => id === zone.id) ?? zone;
      const message = shortened(
        `zone ${showZone(zone)} is impaired (${showSources(known)}): kept out of this NodePool until it recovers`,
        LONGEST_MESSAGE,
      );
      return { type: 'Normal', reason: 'ZonePruned', message, about };
    }),
    ...restored.map((zone): NodePoolEvent => {
      const message = `zone ${showZone(zone)} is given back: this NodePool may launch in it again`;
      return { type: 'Normal', reason: 'ZoneRestored', message, about };
    }),
  ];
}

/** Impaired zones of the marks that the lists really leave out; with the freeze for all, others are marked as well. */
function zonesKeptOut(pool: NodePoolView | undefined): OrderedZone[] {
  if (pool === undefined) return [];
  const marks = marksOf(pool);
  if (marks === undefined || marks.changed.length + marks.added.length === 0) return [];
  return marks.zones
    .filter(({ state }) => state === 'impaired')
    .map((zone): OrderedZone => ({ ...zone, sources: [] }))
    .filter((zone) => !isOpenTo(constraintsOf(pool), zone));
}

function constraintsOf(pool: NodePoolView) {
  return { requirements: requirementsOf(pool), labels: pool.spec.template.metadata?.labels ?? {} };
}
