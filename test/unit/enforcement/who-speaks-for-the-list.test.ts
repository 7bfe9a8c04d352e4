import { describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { SCENE } from './mark-keys.ts';
import { type Json, nudged, setOf, stored } from './stored.ts';

/** Each test is one writer during a shift; what is asked is what comes back when the zone does. */

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const away = setOf(7, ['use1-az1', 'us-east-1a']);
const back = { generation: 8, zones: [] };

interface Shape {
  zones: string[];
  budgets?: Json[];
  annotations?: Record<string, string>;
  managedFields?: Json[];
}

function pool({ zones, budgets = [{ nodes: '10%' }], annotations, managedFields }: Shape): Json {
  return {
    metadata: {
      name: 'web',
      ...(annotations ? { annotations } : {}),
      ...(managedFields ? { managedFields } : {}),
    },
    spec: {
      template: {
        spec: { requirements: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: zones }] },
      },
      disruption: { consolidateAfter: '0s', budgets },
    },
  };
}

function manifestOf(object: Json): string {
  return JSON.stringify({ metadata: { name: 'web', annotations: {} }, spec: object.spec });
}

function withAnnotations(object: Json, from: Json, extra: Record<string, string> = {}): Json {
  const kept = (from.metadata as { annotations?: Record<string, string> }).annotations ?? {};
  return { ...object, metadata: { ...(object.metadata as Json), annotations: { ...kept, ...extra } } };
}

function applied(time: string, manager = 'argocd', extra: Json = {}): Json[] {
  const fieldsV1 = { 'f:spec': { 'f:template': { 'f:spec': { 'f:requirements': {} } } }, ...extra };
  return [{ manager, operation: 'Apply', time, fieldsV1 }];
}

const zonesOf = (object: Json) =>
  (object as { spec: { template: { spec: { requirements: { values: string[] }[] } } } }).spec.template.spec
    .requirements[0]?.values;
const budgetsOf = (object: Json) =>
  (object as { spec: { disruption: { budgets: Json[] } } }).spec.disruption.budgets;
const three = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

describe('while a zone is hidden', () => {
  const during = stored(pool({ zones: three }), undefined, away).object;

  it('a re-apply of the unpruned list changes nothing', () => {
    const incoming = withAnnotations(pool({ zones: three }), during);
    expect(stored(incoming, during, away).object).toEqual(during);
  });

  it('an edit of something else keeps the declaration', () => {
    const incoming = withAnnotations(during, during, { team: 'core' });
    const after = nudged(stored(incoming, during, away).object, back);
    expect(zonesOf(after)).toEqual(three);
  });

  it('an edit that removes a visible zone does not remove the hidden one', () => {
    const incoming = withAnnotations(pool({ zones: ['us-east-1c'], budgets: budgetsOf(during) }), during);
    const after = stored(incoming, during, away).object;
    expect(zonesOf(after)).toEqual(['us-east-1c']);
    expect(zonesOf(nudged(after, back))).toEqual(['us-east-1a', 'us-east-1c']);
  });

  it('an edit that adds a zone adds it to the declaration', () => {
    const zones = ['us-east-1b', 'us-east-1c', 'us-east-1d'];
    const incoming = withAnnotations(pool({ zones, budgets: budgetsOf(during) }), during);
    expect(zonesOf(nudged(stored(incoming, during, away).object, back))).toEqual(['us-east-1a', ...zones]);
  });

  it('a client-side apply of a changed manifest is the whole declaration', () => {
    const old = stored(
      pool({ zones: three, annotations: { [LAST_APPLIED]: manifestOf(pool({ zones: three })) } }),
      undefined,
      away,
    ).object;
    const next = pool({ zones: ['us-east-1b', 'us-east-1c'] });
    const incoming = withAnnotations(next, old, { [LAST_APPLIED]: manifestOf(next) });
    expect(zonesOf(nudged(stored(incoming, old, away).object, back))).toEqual(['us-east-1b', 'us-east-1c']);
  });

  it('a client-side apply is the whole declaration also where the manifest says nothing of budgets', () => {
    const lastApplied = (zones: string[]) =>
      JSON.stringify({ spec: { ...(pool({ zones }).spec as Json), disruption: { consolidateAfter: '5m' } } });
    const first = pool({ zones: three, annotations: { [LAST_APPLIED]: lastApplied(three) } });
    const old = stored(first, undefined, away).object;
    const next = pool({ zones: ['us-east-1b', 'us-east-1c'], budgets: budgetsOf(old) });
    const incoming = withAnnotations(next, old, {
      [LAST_APPLIED]: lastApplied(['us-east-1b', 'us-east-1c']),
    });
    const after = nudged(stored(incoming, old, away).object, back);
    expect(zonesOf(after)).toEqual(['us-east-1b', 'us-east-1c']);
    expect(budgetsOf(after)).toEqual([{ nodes: '10%' }]);
  });

  it('an annotation that is nested without end is not read', () => {
    const budgets = `${'['.repeat(9000)}${']'.repeat(9000)}`;
    const mark = `{"generation":9,"zones":[],"budgets":{"declared":[{"nodes":${budgets}}],"stored":[]}}`;
    const incoming = pool({ zones: three, annotations: { [DECLARED_ANNOTATION]: mark } });
    expect(zonesOf(stored(incoming, undefined, away).object)).toEqual(['us-east-1b', 'us-east-1c']);
  });

  it('a server-side apply is the whole declaration', () => {
    const old = stored(
      pool({ zones: three, managedFields: applied('2026-11-21T04:00:00Z') }),
      undefined,
      away,
    ).object;
    const next = pool({
      zones: ['us-east-1a', 'us-east-1b'],
      managedFields: applied('2026-11-21T05:00:00Z'),
    });
    const after = stored(withAnnotations(next, old), old, away).object;
    expect(zonesOf(after)).toEqual(['us-east-1b']);
    expect(zonesOf(nudged(after, back))).toEqual(['us-east-1a', 'us-east-1b']);
  });

  it('a second pass of the same server-side apply does not take the pruned list for the declaration', () => {
    const old = stored(
      pool({ zones: three, managedFields: applied('2026-11-21T04:00:00Z') }),
      undefined,
      away,
    ).object;
    const next = pool({ zones: [...three, 'us-east-1d'], managedFields: applied('2026-11-21T05:00:00Z') });
    const first = stored(withAnnotations(next, old), old, away).object;
    const second = stored(first, old, away);
    expect(second.decision.patch).toEqual([]);
    expect(zonesOf(nudged(second.object, back))).toEqual([...three, 'us-east-1d']);
  });

  it('deleting or editing the annotation by hand has no effect', () => {
    const { [DECLARED_ANNOTATION]: mark = '' } = (during.metadata as { annotations: Record<string, string> })
      .annotations;
    const deleted = pool({ zones: ['us-east-1b', 'us-east-1c'], budgets: budgetsOf(during) });
    expect(stored(deleted, during, away).object).toEqual(during);
    const edited = {
      ...withAnnotations(deleted, during, {
        [DECLARED_ANNOTATION]: mark.replace('us-east-1a","us-east-1b', 'evil'),
      }),
    };
    const owner = [
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        time: '2026-11-21T05:00:00Z',
        fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${DECLARED_ANNOTATION}`]: {} } } },
      },
    ];
    (edited.metadata as Json).managedFields = owner;
    expect(zonesOf(nudged(stored(edited, during, away).object, back))).toEqual(three);
  });

  it('deleting the freeze by hand has no effect, and a changed budget is the owner’s', () => {
    const unfrozen = withAnnotations(pool({ zones: ['us-east-1b', 'us-east-1c'] }), during);
    expect(stored(unfrozen, during, away).object).toEqual(during);
    const changed = withAnnotations(
      pool({ zones: ['us-east-1b', 'us-east-1c'], budgets: [{ nodes: '20%' }, { nodes: '0' }] }),
      during,
    );
    expect(budgetsOf(nudged(stored(changed, during, away).object, back))).toEqual([{ nodes: '20%' }]);
  });

  it('a list applied while the webhook was away is the declaration', () => {
    const old = stored(
      pool({ zones: three, managedFields: applied('2026-11-21T04:00:00Z') }),
      undefined,
      away,
    ).object;
    // Written past us: the pruned list is gone, our annotation still stands.
    const past = withAnnotations(
      pool({
        zones: ['us-east-1a', 'us-east-1d'],
        budgets: budgetsOf(old),
        managedFields: applied('2026-11-21T05:00:00Z'),
      }),
      old,
    );
    const after = nudged(past, away);
    expect(zonesOf(after)).toEqual(['us-east-1d']);
    expect(zonesOf(nudged(after, back))).toEqual(['us-east-1a', 'us-east-1d']);
  });

  it.each([
    ['drops a zone', ['us-east-1b'], ['us-east-1a', 'us-east-1b']],
    ['adds a zone', ['us-east-1b', 'us-east-1c', 'us-east-1d'], [...three, 'us-east-1d']],
  ])('an edit while the webhook was away that %s is an edit of what was seen', (_name, zones, declared) => {
    const past = withAnnotations(pool({ zones, budgets: budgetsOf(during) }), during);
    const after = nudged(past, away);
    expect(budgetsOf(after)).toEqual([{ nodes: '10%' }, { nodes: '0' }]);
    expect(zonesOf(nudged(after, back))).toEqual(declared);
  });

  it('of two applies within one second, the second is a declaration too', () => {
    const managedFields = applied('2026-11-21T04:00:00Z');
    const first = stored(pool({ zones: [...three, 'us-east-1d'], managedFields }), during, away).object;
    const second = withAnnotations(
      pool({ zones: ['us-east-1b'], budgets: budgetsOf(first), managedFields }),
      first,
    );
    const after = stored(second, first, away, {}, 'argocd').object;
    expect(zonesOf(nudged(after, back))).toEqual(['us-east-1b']);
    // Somebody else's edit in that second is an edit.
    const edited = stored(second, first, away, {}, 'kubectl-edit').object;
    expect(zonesOf(nudged(edited, back))).toEqual(['us-east-1a', 'us-east-1b']);
  });

  it('a manager that wrote by two versions of the API has not written our mark in a write that is not its own', () => {
    const entry = (apiVersion: string, fieldsV1: Json): Json => ({
      ...{ manager: 'kubectl-edit', operation: 'Update', time: '2026-11-21T03:00:00Z' },
      ...{ apiVersion: `karpenter.sh/${apiVersion}`, fieldsV1 },
    });
    const mark = { 'f:metadata': { 'f:annotations': { [`f:${DECLARED_ANNOTATION}`]: {} } } };
    const managedFields = [entry('v1beta1', { 'f:spec': { 'f:weight': {} } }), entry('v1', mark)];
    const given = pool({ zones: three, managedFields });
    // A nudge, and the second look at what it came to: nobody but the managers of old stands in managedFields.
    const forged = withAnnotations(given, given, { [DECLARED_ANNOTATION]: '{"generation":1,"zones":[]}' });
    const firstPass = nudged(forged, away, SCENE);
    const second = stored(firstPass, forged, away, SCENE);
    expect(second.decision.patch).toEqual([]);
    expect(zonesOf(nudged(firstPass, back, SCENE))).toEqual(three);
  });

  it('our freeze is ours though another webhook gives the list back after us', () => {
    const nudge = pool({ zones: three });
    const firstPass = stored(nudge, nudge, away).object;
    const rewritten = withAnnotations(pool({ zones: three, budgets: budgetsOf(firstPass) }), firstPass);
    const after = stored(rewritten, nudge, away).object;
    expect(zonesOf(after)).toEqual(['us-east-1b', 'us-east-1c']);
    expect(nudged(after, back)).toEqual(nudge);
  });

  it('the only budget that is left is never taken for ours', () => {
    const frozen = withAnnotations(
      pool({ zones: ['us-east-1b', 'us-east-1c'], budgets: [{ nodes: '0' }] }),
      during,
    );
    const after = stored(frozen, during, away).object;
    expect(budgetsOf(after)).toEqual([{ nodes: '0' }]);
    expect(budgetsOf(nudged(after, back))).toEqual([{ nodes: '0' }]);
  });

  it('a live object that was exported and is created again is taken for what it declares', () => {
    expect(stored(during, undefined, away).object).toEqual(during);
    expect(zonesOf(stored(during, undefined, back).object)).toEqual(three);
  });

  it('an exemption gives the zone back', () => {
    const exempt = withAnnotations(during, during, { 'zonewarden.io/zone-enforcement': 'off' });
    expect(zonesOf(stored(exempt, during, away).object)).toEqual(three);
  });

  it('a webhook with an older set keeps the zone hidden, whatever is written', () => {
    const older = { generation: 6, zones: [] };
    expect(nudged(during, older)).toEqual(during);
    const reapplied = withAnnotations(pool({ zones: three }), during);
    const { object, decision } = stored(reapplied, during, older);
    expect(object).toEqual(during);
    expect(decision.stale).toBe(true);
  });
});
