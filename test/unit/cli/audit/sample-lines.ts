type Line = Readonly<Record<string, unknown>>;

const AWAY = { id: 'use1-az1', name: 'us-east-1a', state: 'impaired', excluded: true, sources: [] };

/** A decision of the webhook, as it is written. */
export function decision(over: Line = {}): Line {
  return {
    level: 'info',
    time: '2026-11-21T06:23:47.707Z',
    component: 'webhook',
    event: 'decision',
    webhook: 'mutate',
    uid: 'f9f2b6fa',
    operation: 'UPDATE',
    dryRun: false,
    kind: 'NodePool',
    name: 'web',
    username: 'alice',
    allowed: true,
    action: 'unchanged',
    rule: 'zone-impaired-target',
    setGeneration: 2,
    impairedZones: [],
    patchOperations: 0,
    durationMs: 1.4,
    ...over,
  };
}

/** The decision of a NodePool while use1-az1 is away: kept out of it, or not concerned. */
export const away = (excluded: boolean, over: Line = {}) =>
  decision({ impairedZones: [{ ...AWAY, excluded }], ...over });

export const FINDING = { rule: 'spot-types-min', severity: 'deny', message: '1 instance type matches' };

export const RECORD_WRITTEN: Line = {
  level: 'info',
  time: '2026-11-21T06:23:46.000Z',
  component: 'watcher',
  event: 'record-written',
  how: 'replaced',
  generation: 2,
  zones: [
    {
      id: 'use1-az1',
      name: 'us-east-1a',
      state: 'impaired',
      sources: [{ id: 'operator', kind: 'operator', since: '2026-11-21T06:23:46Z', by: 'bob' }],
    },
  ],
  message: 'the record of impaired zones was written',
};

export const BROKEN_GLASS: Line = {
  level: 'warn',
  time: '2026-11-21T07:00:00.000Z',
  component: 'webhook',
  event: 'break-glass',
  kind: 'MutatingWebhookConfiguration',
  configuration: 'zonewarden',
  from: { 'nodepools.zonewarden.io': 'Fail' },
  to: null,
  missing: ['nodepools.zonewarden.io'],
  message: 'the webhook is not called',
};

export const NUDGE: Line = {
  level: 'info',
  time: '2026-11-21T06:23:48.000Z',
  component: 'watcher',
  event: 'nudge',
  nodePool: 'web',
  result: 'changed',
  message: 'a NodePool was nudged',
};
