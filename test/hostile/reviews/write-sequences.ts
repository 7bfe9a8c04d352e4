import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { markOf } from '../../../shared/enforcement/mark.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { generationOfPool, stateOfPool } from '../../../shared/enforcement/standing.ts';
import { isOpenTo } from '../../../shared/enforcement/zone-constraints.ts';
import { type NodePoolView, nodePoolSchema, requirementsOf } from '../../../shared/views/node-pool.ts';
import { MARK_KEYS, SCENE } from '../../unit/enforcement/mark-keys.ts';
import { type Json, nudged, stored } from '../../unit/enforcement/stored.ts';
import type { Draw } from '../drawing/draw.ts';
import { atMost, holds } from '../drawing/holds.ts';
import { hostileMark } from './hostile-marks.ts';
import { AWAY } from './scenes.ts';

const ZONE = 'topology.kubernetes.io/zone';
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;
const BACK = { generation: 9, zones: [] };

/** What one write sends: a list, and a mark that somebody made up, kept, or took out. */
interface Write {
  readonly zones: readonly string[];
  readonly mark: string | undefined | typeof KEPT;
  readonly stamp: '04:00:00' | '04:00:01';
  /** Stored while no webhook is asked. */
  readonly isUnseen: boolean;
}

const KEPT = Symbol('kept');

function write(draw: Draw): Write {
  const some = ZONES.filter(() => draw.oneIn(2));
  return {
    zones: some.length === 0 ? ['us-east-1a'] : some,
    mark: draw.weighted<Write['mark']>([
      [1, () => undefined],
      [1, () => KEPT],
      [3, () => hostileMark(draw)],
    ]),
    stamp: draw.of(['04:00:00', '04:00:01'] as const),
    isUnseen: draw.oneIn(2),
  };
}

/** Some writes after each other. */
export function writeSequence(draw: Draw): Write[] {
  return [write(draw), ...draw.list(5, write)];
}

/** Writes in a message. */
export function shownWrites(writes: readonly Write[]): string {
  const shown = writes.map(({ mark, ...rest }) => ({ ...rest, mark: mark === KEPT ? 'kept' : mark }));
  return JSON.stringify(shown).slice(0, 4000);
}

function sentBy({ zones, mark, stamp }: Write, old: Json | undefined): Json {
  const kept = old === undefined ? undefined : view(old).metadata.annotations?.[DECLARED_ANNOTATION];
  const text = mark === KEPT ? kept : mark;
  const fieldsV1 = { 'f:metadata': { 'f:annotations': { [`f:${DECLARED_ANNOTATION}`]: {} } } };
  const managedFields = [{ manager: 'eve', operation: 'Update', time: `2026-11-21T${stamp}Z`, fieldsV1 }];
  return {
    metadata: {
      name: 'web',
      ...(text === undefined ? {} : { annotations: { [DECLARED_ANNOTATION]: text }, managedFields }),
    },
    spec: {
      template: { spec: { requirements: [{ key: ZONE, operator: 'In', values: zones }] } },
      disruption: { budgets: [{ nodes: '10%' }] },
    },
  };
}

const view = (object: Json): NodePoolView => nodePoolSchema.parse(object);

function isOpenToAway(object: Json): boolean {
  return AWAY.zones.some((zone) =>
    isOpenTo({ requirements: requirementsOf(view(object)), labels: {} }, zone),
  );
}

/** What is stored after a write. What the webhook saw is sound. */
function afterWrite(one: Write, old: Json | undefined): Json {
  const sent = sentBy(one, old);
  const object = one.isUnseen ? sent : stored(sent, old, AWAY, SCENE).object;
  const pool = view(object);
  atMost('generation of the NodePool', generationOfPool(pool, MARK_KEYS), AWAY.generation);
  if (one.isUnseen) return object;
  holds('it is not open to a zone that is away', !isOpenToAway(object), object);
  holds('its mark is ours', markOf(pool, MARK_KEYS)?.isGenuine ?? true, object);
  return object;
}

/** Makes the writes, and the watcher's nudges during the shift and after it, and throws where one leaves something behind. */
export function checkSequence(writes: readonly Write[]): void {
  const settings = { ...DEFAULT_ENFORCEMENT, ...SCENE };
  let object: Json | undefined;
  for (const one of writes) object = afterWrite(one, object);
  // The watcher's nudge, whatever is stored now.
  const settled = nudged(object ?? {}, AWAY, SCENE);
  holds('nudged, it is not open to a zone that is away', !isOpenToAway(settled), settled);
  const during = stateOfPool(view(settled), AWAY, settings);
  holds('nudged, it is settled', during === 'settled', during);
  const back = nudged(settled, BACK, SCENE);
  const after = stateOfPool(view(back), BACK, settings);
  holds('after the shift it is settled', after === 'settled', after);
  const mark = view(back).metadata.annotations?.[DECLARED_ANNOTATION];
  holds('after the shift it has no mark', mark === undefined, mark);
}
