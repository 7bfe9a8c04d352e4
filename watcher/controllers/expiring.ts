import { expiringClaims } from '../../shared/standstill/expiring-claims.ts';
import { isClaimIn } from '../../shared/views/node-claim.ts';
import type { Controller } from '../term/controller.ts';
import { setOf, type TermScene } from '../term/scene.ts';

/** Expiry is a matter of hours; a new set is looked at at once. */
const EVERY_MS = 60_000;

/** Says which nodes of impaired zones expire while the zone is away: a freeze does not stop that. */
export function createExpiring(scene: Pick<TermScene, 'record' | 'claims' | 'facts' | 'now'>): Controller {
  const { record, claims, facts } = scene;
  return {
    name: 'expiring',
    rank: 'background',
    wokenBy: [record],
    async reconcile() {
      const set = setOf(scene);
      // Where there is no such kind there are none; while they are not known there may be some.
      const areKnown = claims.known || claims.presence === 'absent';
      if (set === undefined || !areKnown) return { againInMs: 1000 };
      const impaired = set.zones.filter(({ state }) => state === 'impaired');
      const found = impaired.map((zone) => {
        const own = claims.all().filter((claim) => isClaimIn(claim, zone));
        return { zone, expiring: expiringClaims(own, zone, scene.now()) };
      });
      facts.tell('expiring-nodes', {
        counts: found.map(({ zone, expiring }) => ({ zoneId: zone.id, count: expiring.length })),
      });
      facts.tellAll(
        'expiring',
        found.flatMap(({ zone, expiring }) =>
          expiring.map(({ claim, node, expiresAt }) => ({
            nodeClaim: claim,
            node,
            zoneId: zone.id,
            zone: zone.name,
            at: expiresAt,
          })),
        ),
      );
      return { againInMs: EVERY_MS };
    },
  };
}
