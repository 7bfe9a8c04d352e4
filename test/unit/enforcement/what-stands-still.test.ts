import { describe, expect, it } from 'vitest';
import type { EnforcementSettings } from '../../../shared/enforcement/settings.ts';
import type { Orders, Thawed } from '../../../shared/record/orders.ts';
import { budgetsOf, nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { type Json, nudged, recoveringSet, setOf, stored } from './stored.ts';

const away = setOf(7, ['use1-az1', 'us-east-1a']);
const healthy = { generation: 9, zones: [] };
const ALL = { nodes: '0' };
const DRIFT = { nodes: '0', reasons: ['Drifted'] };
const CONSOLIDATION = { nodes: '0', reasons: ['Empty', 'Underutilized'] };

function pool(zones: string[], annotations?: Record<string, string>): Json {
  const requirements = [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: zones }];
  return {
    metadata: { name: 'p', ...(annotations === undefined ? {} : { annotations }) },
    spec: { template: { spec: { requirements } }, disruption: { budgets: [{ nodes: '10%' }] } },
  };
}
const affected = (annotations?: Record<string, string>) => pool(['us-east-1a', 'us-east-1b'], annotations);
const unaffected = (annotations?: Record<string, string>) => pool(['us-east-1b', 'us-east-1c'], annotations);

function freezeIn(object: Json): unknown {
  return budgetsOf(nodePoolSchema.parse(object))?.slice(1);
}

const EVACUATE = 'zonewarden.io/evacuate';
const FREEZE = 'zonewarden.io/freeze';

describe('what stands still in a NodePool that was changed', () => {
  it.each<[string, Partial<EnforcementSettings>, Record<string, string> | undefined, unknown[]]>([
    ['everything, by default', {}, undefined, [ALL]],
    ['drift alone', { freeze: 'drift' }, undefined, [DRIFT]],
    ['nothing', { freeze: 'none' }, undefined, []],
    ['what its annotation says', { freeze: 'none' }, { [FREEZE]: 'drift' }, [DRIFT]],
    ['what is configured, for an annotation of no meaning', {}, { [FREEZE]: 'some' }, [ALL]],
    ['all but drift, where its nodes are to leave', { evacuate: true }, undefined, [CONSOLIDATION]],
    ['all but drift, where its owner wants them to leave', {}, { [EVACUATE]: 'true' }, [CONSOLIDATION]],
    ['everything, where its owner wants them to stay', { evacuate: true }, { [EVACUATE]: 'false' }, [ALL]],
    ['nothing, where drift alone was frozen', { freeze: 'drift', evacuate: true }, undefined, []],
    ['nothing, where nothing was frozen', { freeze: 'none', evacuate: true }, undefined, []],
  ])('%s', (_name, settings, annotations, expected) => {
    const declared = affected(annotations);
    const { object } = stored(declared, undefined, away, settings);
    expect(freezeIn(object)).toEqual(expected);
    expect(stored(object, object, away, settings).decision.patch).toEqual([]);
    expect(nudged(object, healthy, settings)).toEqual(declared);
  });

  it('everything again while the zone recovers: nobody has to leave it any more', () => {
    const settings = { evacuate: true };
    const { object } = stored(affected(), undefined, away, settings);
    const recovering = nudged(object, recoveringSet(away, 8), settings);
    expect(freezeIn(recovering)).toEqual([ALL]);
    expect(nudged(recovering, healthy, settings)).toEqual(affected());
  });

  it('what the owner froze already, in an evacuation too', () => {
    const declared = affected();
    Object.assign(declared.spec as Json, { disruption: { budgets: [{ nodes: '0' }] } });
    const { object } = stored(declared, undefined, away, { evacuate: true });
    expect(budgetsOf(nodePoolSchema.parse(object))).toEqual([{ nodes: '0' }]);
  });
});

describe('what stands still in a NodePool that does not target the zone', () => {
  it('nothing, by default, and nothing is written', () => {
    expect(stored(unaffected(), undefined, away).decision.patch).toEqual([]);
  });

  it.each<[string, Partial<EnforcementSettings>, Record<string, string> | undefined, unknown[]]>([
    ['everything, where every NodePool is frozen', {}, undefined, [ALL]],
    ['drift, where that is the mode', { freeze: 'drift' }, undefined, [DRIFT]],
    ['nothing, where its owner says so', {}, { [FREEZE]: 'none' }, []],
    ['nothing, where it is exempt', {}, { 'zonewarden.io/zone-enforcement': 'off' }, []],
    ['everything, also where others are evacuated', { evacuate: true }, undefined, [ALL]],
  ])('%s', (_name, some, annotations, expected) => {
    const settings = { ...some, freezeScope: 'all' } as const;
    const declared = unaffected(annotations);
    const { object, decision } = stored(declared, undefined, away, settings);
    expect(freezeIn(object)).toEqual(expected);
    expect(decision.excluded).toEqual([]);
    expect(stored(object, object, away, settings).decision.patch).toEqual([]);
    const recovering = nudged(object, recoveringSet(away, 8), settings);
    expect(freezeIn(recovering)).toEqual(expected);
    expect(nudged(recovering, healthy, settings)).toEqual(declared);
  });

  it('stays frozen where a webhook with an older set looks at it', () => {
    const settings = { freezeScope: 'all' } as const;
    const { object } = stored(unaffected(), undefined, away, settings);
    const older = { generation: 6, zones: [] };
    expect(stored(object, object, older, settings).decision.patch).toEqual([]);
  });
});

const thawedFor = (thawed: Thawed, set: Orders = away): Orders => ({
  generation: set.generation + 1,
  zones: set.zones.map((zone) => ({ ...zone, thawed })),
});

describe('what stands still in a NodePool whose Nodes in the zone are held', () => {
  it.each<[string, Thawed, Partial<EnforcementSettings>, Record<string, string> | undefined, unknown[]]>([
    ['nothing', ['p'], {}, undefined, []],
    ['nothing, where all are', 'all', {}, undefined, []],
    ['everything, where it is another one', ['q'], {}, undefined, [ALL]],
    ['nothing, where its own annotation says so', 'all', { freeze: 'all' }, { [FREEZE]: 'zone' }, []],
    ['everything, in mode all', 'all', { freeze: 'all' }, undefined, [ALL]],
    ['everything, where its own annotation says all', 'all', {}, { [FREEZE]: 'all' }, [ALL]],
    ['drift, in mode drift', 'all', { freeze: 'drift' }, undefined, [DRIFT]],
    ['nothing, where its nodes are to leave', 'all', { evacuate: true }, undefined, []],
  ])('%s', (_name, thawed, settings, annotations, expected) => {
    const declared = affected(annotations);
    const frozen = stored(declared, undefined, away, settings).object;
    const object = nudged(frozen, thawedFor(thawed), settings);
    expect(freezeIn(object)).toEqual(expected);
    expect(stored(object, object, thawedFor(thawed), settings).decision.patch).toEqual([]);
    // The zone stays out, and what was declared is given back.
    expect(JSON.stringify(object)).not.toContain('"values":["us-east-1a"');
    expect(nudged(object, healthy, settings)).toEqual(declared);
  });

  it('it stays so while the zone recovers', () => {
    const thawed = nudged(affected(), thawedFor('all'));
    const recovering = nudged(thawed, thawedFor('all', recoveringSet(away, 8)));
    expect(freezeIn(recovering)).toEqual([]);
  });

  it('it is frozen for another zone, and for the same one anew', () => {
    const thawed = nudged(affected(), thawedFor('all'));
    const both = setOf(9, ['use1-az2', 'us-east-1b']);
    const second = { generation: 9, zones: [...thawedFor('all').zones, ...both.zones] };
    expect(freezeIn(nudged(thawed, second))).toEqual([ALL]);
    expect(freezeIn(nudged(thawed, { ...away, generation: 9 }))).toEqual([ALL]);
  });

  it('a webhook with an older set leaves it as it is', () => {
    const thawed = nudged(affected(), thawedFor('all'));
    expect(stored(thawed, thawed, away).decision.patch).toEqual([]);
  });

  it('where every NodePool is frozen, those that never used the zone thaw too', () => {
    const settings = { freezeScope: 'all' } as const;
    const frozen = stored(unaffected(), undefined, away, settings).object;
    expect(nudged(frozen, thawedFor('all'), settings)).toEqual(unaffected());
  });
});
