import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ZoneRef } from '../../shared/record/operator-shift.ts';
import { ZONE_ID_KEY, ZONE_ID_PATTERN, ZONE_NAME_KEY } from '../../shared/record/zone-keys.ts';
import type { ZoneRecord } from '../../shared/record/zone-record.ts';
import { readPlaces, type ZonePlace } from '../../shared/views/node-class.ts';
import type { Session } from '../session/session.ts';
import { isLikeAnId, matchZone, zoneRef, zonesById } from '../zones/match-zone.ts';
import { bothNames, zonesInWords } from './in-words.ts';
import { ShiftError } from './shift-error.ts';

export interface LookUp {
  /** What the person wrote: an ID or a name. */
  readonly text: string;
  readonly record: ZoneRecord;
  /** Whether to go on looking for the name of a zone whose ID is known. */
  readonly wantsName: boolean;
  /** Whether an ID that nothing knows is taken for one. */
  readonly takesUnknownIds: boolean;
}

/**
 * Which zone a person means, by its ID or its name: first by the record, then by the EC2NodeClasses, then by the Nodes'
 * labels, whatever of these may be read. Names are compared, never taken apart: which zone `us-east-1a` is differs from
 * account to account.
 * @throws ShiftError `shift.zone-unknown`, `shift.zone-ambiguous`
 */
export async function lookUpZone(session: Session, wanted: LookUp): Promise<ZoneRef> {
  const known: ZoneRef[] = [];
  const troubles: string[] = [];
  for (const [place, read] of PLACES) {
    try {
      known.push(...(await read(session, wanted.record)));
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      troubles.push(`${place}: ${messageOf(error)}`);
    }
    const found = matchZone(wanted.text, known);
    if (found.length > 1) throw ambiguous(wanted.text, found);
    const [zone] = found;
    if (zone !== undefined && (zone.name !== undefined || !wanted.wantsName)) return zone;
  }
  const [zone] = matchZone(wanted.text, known);
  if (zone !== undefined) return zone;
  if (wanted.takesUnknownIds && isLikeAnId(wanted.text)) return { id: wanted.text };
  throw unknown(wanted, known, troubles);
}

const PLACES: readonly (readonly [
  string,
  (session: Session, record: ZoneRecord) => ZoneRef[] | Promise<ZoneRef[]>,
])[] = [
  ['the record', (_session, record) => zonesOfRecord(record)],
  ['EC2NodeClasses', (session) => zonesOfNodeClasses(session)],
  ['Nodes', (session) => zonesOfNodes(session)],
];

/** Zones that the record knows: those in it, and those that the cluster uses. */
export function zonesOfRecord({ zones, used = {} }: ZoneRecord): ZoneRef[] {
  return [
    ...zones.map(({ id, name }) => zoneRef(id, name)),
    ...Object.entries(used).map(([id, name]) => zoneRef(id, name)),
  ];
}

async function zonesOfNodeClasses({ client, signal }: Session): Promise<ZoneRef[]> {
  const { items } = await client.listAll(resources.ec2NodeClasses, {}, { signal });
  return items
    .flatMap((item) => placesOf(item))
    .flatMap(({ zoneId, zoneName }) => validZone(zoneId, zoneName));
}

/** One that cannot be read names no zone. */
function placesOf(item: KubeObject): readonly ZonePlace[] {
  try {
    return readPlaces(item).subnets;
  } catch {
    return [];
  }
}

async function zonesOfNodes({ client, signal }: Session): Promise<ZoneRef[]> {
  const labelSelector = `${ZONE_ID_KEY},${ZONE_NAME_KEY}`;
  const { items } = await client.listAll(resources.nodes, { labelSelector }, { signal });
  return items.flatMap(({ metadata: { labels = {} } }) =>
    validZone(labels[ZONE_ID_KEY], labels[ZONE_NAME_KEY]),
  );
}

/** What has no ID that the record could hold is no zone. */
function validZone(id: string | undefined, name: string | undefined): ZoneRef[] {
  return id !== undefined && ZONE_ID_PATTERN.test(id) ? [zoneRef(id, name)] : [];
}

function ambiguous(text: string, found: readonly ZoneRef[]): ShiftError {
  return new ShiftError(
    'shift.zone-ambiguous',
    `'${text}' stands for more than one zone: ${zonesInWords(found)}. Give the zone ID of the one that you mean.`,
  );
}

function unknown(wanted: LookUp, known: readonly ZoneRef[], troubles: readonly string[]): ShiftError {
  const zones = zonesById(known);
  const others = zones.length === 0 ? 'No zone is known' : `Known are ${zones.map(bothNames).join(', ')}`;
  const unread = troubles.length === 0 ? '' : ` (could not be read: ${troubles.join('; ')})`;
  const force = isLikeAnId(wanted.text) ? '; --force of `shift start` takes an ID that nothing knows' : '';
  return new ShiftError(
    'shift.zone-unknown',
    `nothing knows a zone '${wanted.text}' by ID or by name. ${others}${unread}. Give one of these${force}.`,
  );
}
