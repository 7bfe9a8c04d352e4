import { REGION_SCOPE } from '../settings/zone-rules.ts';
import type { ArcGroup } from './arc-facts.ts';
import type { RecordedSource } from './zone-record.ts';

/**
 * Which part of ARC's API knows about a source; `undefined` for those that ARC has no part in. An autoshift that an
 * event tells of is one of the Region's, whatever resource it names: ListAutoshifts has them all.
 */
export function groupOf(source: RecordedSource): ArcGroup | undefined {
  if (source.via === 'operator' || source.via === 'derived') return undefined;
  if (source.via === 'arc') return source.id.endsWith(`/${REGION_SCOPE}`) ? 'region' : 'resource';
  return source.kind === 'autoshift' ? 'region' : 'resource';
}
