import { type Listening, shiftsWithoutEvent } from '../../shared/record/shifts-without-event.ts';
import type { Controller } from '../term/controller.ts';
import type { TermScene } from '../term/scene.ts';

/** What comes due is minutes old by then. */
const TICK_MS = 10_000;

/**
 * Says once of each shift that ARC lists and of which no event told: the queue is silent. Without ARC nobody could know,
 * and without a queue nothing is amiss.
 */
export function createSilentQueue(
  scene: Pick<TermScene, 'record' | 'facts' | 'now'>,
  listening: () => Listening | undefined,
): Controller {
  const { record, facts, now } = scene;
  return {
    name: 'silent-queue',
    rank: 'background',
    wokenBy: [record],
    async reconcile() {
      const seen = record.current();
      // Told once for as long as ARC lists it, also where the queue fails meanwhile and nothing can be said.
      const listed = (seen?.zones ?? []).flatMap(({ id, sources }) =>
        sources.flatMap(({ via, kind }) => (via === 'arc' ? [`${id} ${kind}`] : [])),
      );
      facts.retain('shift-without-event', listed);
      for (const shift of shiftsWithoutEvent(seen, listening(), now()))
        facts.tell('shift-without-event', shift);
      return { againInMs: TICK_MS };
    },
  };
}
