import type { ArcFact, ArcLook } from '../record/arc-facts.ts';
import { type Elsewhere, zoneElsewhere } from './elsewhere.ts';
import type { Home } from './home.ts';

/**
 * One look at ARC without the zones of another Region. ARC lists none of them unless it is asked in the wrong Region: what
 * it says is true there, and no news of the zones that the cluster has. Pure.
 */
export function ofHome(
  look: ArcLook,
  home: Home,
): { readonly own: ArcLook; readonly elsewhere: readonly Elsewhere[] } {
  const found = zonesIn(look).flatMap((zoneId) => zoneElsewhere(zoneId, home) ?? []);
  if (found.length === 0) return { own: look, elsewhere: [] };
  const isOwn = ({ zoneId }: ArcFact) => zoneElsewhere(zoneId, home) === undefined;
  const own = { ...look, region: look.region?.filter(isOwn), resource: look.resource?.filter(isOwn) };
  return { own, elsewhere: found };
}

/** The zones that ARC lists, each once. */
export function zonesIn({ region = [], resource = [] }: ArcLook): readonly string[] {
  return [...new Set([...region, ...resource].map(({ zoneId }) => zoneId))];
}
