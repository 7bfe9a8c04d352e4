import type { NamedZone } from '../../shared/catalog/matches.ts';
import { CheckError } from '../input/check-error.ts';
import { isLikeAnId, matchZone, zoneRef } from './match-zone.ts';

/** `usw2-az1=us-west-2a` or a few of them with commas to zones. @throws CheckError `check.usage` */
export function readZoneMap(texts: readonly string[]): NamedZone[] {
  return split(texts).map((entry) => {
    const [id = '', name = '', more] = entry.split('=');
    if (more !== undefined || !isLikeAnId(id) || !ZONE_NAME.test(name) || isLikeAnId(name)) {
      throw new CheckError(
        'check.usage',
        `--zone-map ${entry}: give a zone ID and its name, such as usw2-az1=us-west-2a.`,
      );
    }
    return { id, name };
  });
}

const ZONE_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * The zones that are named by ID or name, under both where something knows the other one. What nothing knows is taken by
 * its form: IDs end in `-az1`.
 * @throws CheckError `check.usage` where a name stands for two zones, and for what is no zone at all
 */
export function readImpaired(texts: readonly string[], known: readonly NamedZone[]): NamedZone[] {
  const zones = split(texts).map((text) => zoneNamed(text, known));
  return [...new Map(zones.map((zone) => [`${zone.id} ${zone.name}`, zone])).values()];
}

function zoneNamed(text: string, known: readonly NamedZone[]): NamedZone {
  const named = known.filter(({ id }) => id !== '').map(({ id, name }) => zoneRef(id, name));
  const matching = matchZone(text, named);
  if (matching.length > 1) {
    const ids = matching.map(({ id }) => id);
    throw new CheckError(
      'check.usage',
      `'${text}' stands for ${ids.join(' and ')}: give the zone ID of the one that you mean.`,
    );
  }
  const [found] = matching;
  if (found !== undefined) return { id: found.id, name: found.name ?? '' };
  if (isLikeAnId(text)) return { id: text, name: '' };
  if (ZONE_NAME.test(text)) return { id: '', name: text };
  throw new CheckError(
    'check.usage',
    `'${text}' is no zone: give an ID such as usw2-az1, or a name such as us-west-2a.`,
  );
}

function split(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** What is not looked at, because one of a zone's names is missing; `undefined` where both are known. */
export function missingName({ id, name }: NamedZone): string | undefined {
  if (id === '')
    return `no ID is known for zone ${name}: what is said by zone ID is not looked at. Give --zone-map ID=${name}.`;
  if (name === '')
    return `no name is known for zone ${id}: what is said by zone name is not looked at. Give --zone-map ${id}=NAME.`;
  return undefined;
}
