import type { ARCZonalShiftClient } from '@aws-sdk/client-arc-zonal-shift';
import type { Tell } from '../../../shared/facts/facts.ts';
import type { Elsewhere } from '../../../shared/home/elsewhere.ts';
import { HOME_UNKNOWN, type Home } from '../../../shared/home/home.ts';
import { ofHome, zonesIn } from '../../../shared/home/look-at-home.ts';
import type { ArcAnswer, Asked } from '../../../shared/record/arc-answer.ts';
import {
  ARC_GROUPS,
  type ArcGroup,
  type ArcLook,
  factsOf,
  troubleOf,
} from '../../../shared/record/arc-facts.ts';
import { type ReconcileContext, reconcileWithArc } from '../../../shared/record/reconcile-with-arc.ts';
import { untilHolds } from '../../../shared/stores/listenable.ts';
import type { Controller } from '../../term/controller.ts';
import type { ProcessScene } from '../../term/scene.ts';
import { createArcApi } from './arc-api.ts';
import { ArcHealth } from './arc-health.ts';
import { createArcWatch } from './arc-watch.ts';

/**
 * How long what ARC says waits for the first word on what the cluster uses: without it a zone that does not concern the
 * cluster would be impaired for a moment, in a new installation and after an upgrade.
 */
const REACH_WAIT_MS = 5000;

/** ARC's API as the watcher uses it, for as long as the process lives. */
export interface ArcTruth {
  /** Asks again and again, for one term: what the process knew of ARC in an earlier one may be old. */
  controller(): Controller;
  /**
   * Asks once, outside of a term. What ARC says is put into the record only when nothing of it is missing, or what is
   * missing is denied; tells whether it was. @throws KubeError, or the signal's reason
   */
  lookOnce(signal: AbortSignal): Promise<boolean>;
  /** The parts of ARC that cannot be asked, or are not because no resource is configured. */
  silent(): readonly ArcGroup[];
  /** What is asked, what does not answer, and the last answer. */
  state(): {
    readonly asked: readonly ArcGroup[];
    readonly mute: readonly ArcGroup[];
    readonly last: ArcAnswer | undefined;
  };
  close(): void;
}

/** Puts together what asks ARC and what makes of its answers a record. */
export function createArcTruth(options: {
  readonly client: ARCZonalShiftClient;
  readonly resourceArn: string | undefined;
  readonly scene: Pick<ProcessScene, 'records' | 'record' | 'rules' | 'names'>;
  readonly tell: Tell;
  /** Where the cluster is: zones of another Region are not its own, whoever lists them. */
  readonly home?: { current(): Home; arcListed(zoneIds: readonly string[]): void };
  onElsewhere?(found: readonly Elsewhere[]): void;
}): ArcTruth {
  const { client, resourceArn, scene, home, tell } = options;
  const api = createArcApi({ client, resourceArn, now: Date.now });
  const health = new ArcHealth();
  const elapsed = () => performance.now();
  let last: ArcAnswer | undefined;
  const context = (): ReconcileContext => ({
    rules: scene.rules.current(),
    nameOf: scene.names.nameOf,
    nowMs: Date.now(),
  });
  const isReachKnown = () => scene.record.current()?.reach !== undefined;
  const apply = async (look: ArcLook, signal: AbortSignal): Promise<void> => {
    const { own, elsewhere } = ofHome(look, home?.current() ?? HOME_UNKNOWN);
    options.onElsewhere?.(elsewhere);
    await scene.records.update((stored) => reconcileWithArc(stored, own, context()), signal);
  };
  const onAnswer = (answer: ArcAnswer): void => {
    last = answer;
    health.see(answer, elapsed());
    home?.arcListed(zonesIn(factsOf(answer)));
    tellAnswer(answer, tell);
  };
  const asked: readonly ArcGroup[] = resourceArn === undefined ? ['region'] : ARC_GROUPS;
  const mute = () => health.mute(elapsed());
  return {
    controller() {
      health.forget();
      return createArcWatch({
        ...{ api, elapsed, onAnswer },
        async apply(look, signal) {
          const limit = AbortSignal.any([signal, AbortSignal.timeout(REACH_WAIT_MS)]);
          await untilHolds(scene.record, isReachKnown, limit).catch(() => undefined);
          await apply(look, signal);
        },
        now: Date.now,
        random: Math.random,
        record: scene.record,
        onProblem: (error) => tell('failure', { part: 'arc', error }),
      });
    },
    async lookOnce(signal) {
      const answer = await api.ask(signal);
      onAnswer(answer);
      const look = factsOf(answer);
      const isKnown = (group: ArcGroup) => look[group] !== undefined || troubleOf(answer, group) === 'denied';
      if (!asked.every(isKnown)) return false;
      await apply(look, signal);
      return true;
    },
    silent: () => ARC_GROUPS.filter((group) => !asked.includes(group) || mute().includes(group)),
    state: () => ({ asked, mute: mute(), last }),
    close: () => api.close(),
  };
}

function tellAnswer({ autoshifts, zonalShifts, resource, askedAtMs }: ArcAnswer, tell: Tell): void {
  const tellOne = (operation: string, question: Asked<unknown> | undefined): void => {
    if (question === undefined) return;
    const trouble = question.ok ? undefined : question.trouble;
    tell('arc-request', { operation, result: trouble ?? 'answered', atMs: askedAtMs });
    tell('arc', { operation, trouble, error: question.ok ? undefined : question.error });
  };
  tellOne('ListAutoshifts', autoshifts);
  tellOne('ListZonalShifts', zonalShifts);
  tellOne('GetManagedResource', resource);
}
