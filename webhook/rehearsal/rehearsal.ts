import { randomBytes } from 'node:crypto';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { Orders } from '../../shared/record/orders.ts';
import type { AdmissionState, PolicyState } from '../admission/outcome.ts';
import { RememberedVerdicts } from '../policies/remembered-verdicts.ts';
import { rehearse } from './rehearse.ts';
import { sampleWrites } from './sample-objects.ts';

/** A zone is away in it: what is done then is what must be quick. */
const SET: Orders = {
  generation: 1,
  zones: [
    {
      id: 'use1-az1',
      name: 'us-east-1a',
      state: 'impaired',
      sources: [{ id: 'rehearsal', kind: 'operator', since: '2026-01-01T00:00:00Z' }],
    },
  ],
};

/**
 * So many rounds of all samples, which is about a second of CPU. After them a decision takes half of what it took after 200
 * real writes.
 */
const ROUNDS = 250;

export interface RehearsalOptions {
  /** What is judged by now. */
  policies(): PolicyState;
  readonly settings: Omit<AdmissionState['settings'], 'markKeys'>;
  readonly log: Pick<Logger, 'warn'>;
  /** For tests: how many rounds. */
  readonly rounds?: number;
}

/**
 * Takes made-up writes through both steps when the process has just started. V8 runs code slowly until it has been run
 * some hundred times, and NodePools are written so rarely that a whole day's writes would be the slow ones. Between two of
 * them everybody else has a turn. Nothing of it is counted, logged, remembered or told.
 *
 * @returns resolves when it is over, or was stopped; never rejects
 */
export async function runRehearsal(options: RehearsalOptions, signal: AbortSignal): Promise<void> {
  const { policies, settings, log, rounds = ROUNDS } = options;
  const key = { id: 'rehearsal', secret: randomBytes(32) };
  const remembered = new RememberedVerdicts();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const write of sampleWrites(round)) {
        await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) return;
        rehearse(write, {
          set: SET,
          settings: { ...settings, markKeys: { current: key, all: [key] } },
          exemptPools: new Set(),
          policies: { ...policies(), remembered },
        });
      }
    }
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the rehearsal failed; the first answers take longer');
  }
}
