import type { Tell } from '../../shared/facts/facts.ts';
import type { Controller } from './controller.ts';
import { ShiftWork } from './shift-work.ts';
import { createTriggeredRounds } from './triggered-rounds.ts';

/**
 * Runs all duties of the leader side by side until the signal aborts, and resolves when none is at work any more. Whatever
 * one of them does, the others and the Lease go on: what it throws is told and tried again.
 */
export async function runControllers(
  controllers: readonly Controller[],
  tell: Tell,
  signal: AbortSignal,
  shift = new ShiftWork(),
): Promise<void> {
  await Promise.all(controllers.map((controller) => run(controller, shift, tell, signal)));
}

async function run(controller: Controller, shift: ShiftWork, tell: Tell, signal: AbortSignal): Promise<void> {
  const { name, rank, wokenBy } = controller;
  const round = async (limit: AbortSignal): Promise<number> => {
    if (rank === 'background') await shift.isDone(limit);
    if (limit.aborted) return 0;
    const begunMs = performance.now();
    const work = controller.reconcile(limit);
    const { againInMs } = await (rank === 'shift' ? shift.during(work) : work);
    tell('reconciled', { controller: name, durationMs: performance.now() - begunMs });
    return againInMs;
  };
  const rounds = createTriggeredRounds(round, (error) => tell('failure', { part: name, error }));
  const silence = wokenBy.map((source) => source.listen(() => rounds.trigger()));
  await rounds.run(signal);
  for (const end of silence) end();
}
