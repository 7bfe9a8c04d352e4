import { decisionInShadow, type ShadowDecision, shadowsOf } from '../../shared/enforcement/shadow-of-zone.ts';
import type { Orders } from '../../shared/record/orders.ts';
import { onlyInShadow, shadowAt } from '../../shared/record/shadow-set.ts';
import { effectiveAt } from '../../shared/record/zone-record.ts';
import type { Controller } from '../term/controller.ts';
import type { TermScene } from '../term/scene.ts';
import { Turns } from '../term/turns.ts';

const TICK_MS = 1000;

/** Says once of each zone that is recorded and not impaired what it would change, as long as it stays so. */
export function createShadows(
  scene: Pick<TermScene, 'record' | 'rules' | 'pools' | 'settings' | 'facts' | 'now'>,
): Controller {
  const { record, rules, pools, facts } = scene;
  return {
    name: 'shadows',
    rank: 'background',
    wokenBy: [record, rules],
    async reconcile(signal) {
      const seen = record.current();
      if (seen === undefined || !pools.known) return { againInMs: TICK_MS };
      const nowMs = scene.now();
      const shadow = shadowAt(seen, nowMs, rules.current().maxImpairedZones);
      const zones = shadow === undefined ? [] : onlyInShadow(shadow, effectiveAt(seen, nowMs));
      facts.retain(
        'shadow',
        zones.map(({ id }) => id),
      );
      const fresh = zones.filter(({ id }) => !facts.wasTold('shadow', id));
      if (shadow !== undefined && fresh.length > 0) {
        const decisions = await decisionsIn(shadow, scene, signal);
        if (signal.aborted) return { againInMs: TICK_MS };
        for (const told of shadowsOf(fresh, decisions)) facts.tell('shadow', told);
      }
      return { againInMs: TICK_MS };
    },
  };
}

/** What would be decided about each NodePool; not about all of them where the signal aborts. */
async function decisionsIn(
  shadow: Orders,
  { pools, settings }: Pick<TermScene, 'pools' | 'settings'>,
  signal: AbortSignal,
): Promise<ShadowDecision[]> {
  const decisions: ShadowDecision[] = [];
  const turns = new Turns();
  for (const pool of pools.all()) {
    if (turns.isOver()) await turns.giveWay();
    if (signal.aborted) break;
    decisions.push(decisionInShadow(pool, shadow, settings));
  }
  return decisions;
}
