import { describe, expect, it } from 'vitest';
import { type FactName, lineOf, type Told } from '../../../shared/facts/watcher-facts.ts';
import { showInMetrics } from '../../../watcher/listeners/show-in-metrics.ts';
import { createWatcherMetrics, type WatcherMetrics } from '../../../watcher/listeners/watcher-metrics.ts';
import { exampleFacts, examplesOf } from './example-facts.ts';

/** Metrics that a scrape asks for by itself. */
const ASKED = ['droppedLines', 'zoneImpaired', 'mode'];

function showing() {
  const { registry, ...metrics } = createWatcherMetrics();
  const listener = showInMetrics({ registry, ...metrics });
  /** As text: the values themselves go on changing. */
  const valuesOf = async () => {
    const entries = Object.entries(metrics).map(
      async ([name, metric]) => [name, JSON.stringify((await metric.get()).values)] as const,
    );
    return new Map(await Promise.all(entries));
  };
  return {
    metrics,
    listener,
    valuesOf,
    /** The metrics that the facts change. */
    async changedBy(...facts: readonly Told[]): Promise<string[]> {
      const changed = new Set<string>();
      for (const told of facts) {
        const before = await valuesOf();
        listener.hear(told);
        for (const [name, values] of await valuesOf()) if (values !== before.get(name)) changed.add(name);
      }
      return [...changed].sort();
    },
  };
}

const named = (name: FactName) => exampleFacts.filter((told) => told.name === name);

describe('each metric', () => {
  it('that a scrape does not ask for is set by some fact', async () => {
    const { metrics, changedBy } = showing();
    const asked = Object.entries(metrics)
      .filter(([, metric]) => 'collect' in metric && metric.collect !== undefined)
      .map(([name]) => name);
    expect(asked.sort()).toEqual([...ASKED].sort());
    const expected = Object.keys(metrics).filter((name) => !ASKED.includes(name));
    expect(await changedBy(...exampleFacts)).toEqual(expected.sort());
  });

  it.each<[FactName, ...(keyof WatcherMetrics)[]]>([
    ['message', 'events', 'messages'],
    ['signal', 'signals'],
    ['queue-answered', 'lastReceive'],
    ['arc-request', 'arcLastAnswer', 'arcRequests'],
    ['record-written', 'recordWrites'],
    ['record-conflict', 'recordWrites'],
    ['record-read', 'heldBack', 'setGeneration', 'zoneSources', 'zoneUse'],
    ['reach', 'reachKnown'],
    ['rules-problem', 'rulesProblem'],
    ['leading', 'leader'],
    ['nudge', 'nudges'],
    ['settled', 'unsettled'],
    ['protected', 'timeToProtect'],
    ['node-written', 'cordonActions'],
    ['nodes-cordoned', 'cordoned'],
    ['expiring-nodes', 'expiring'],
    ['reconciled', 'reconciles'],
    ['failure', 'problems'],
    ['trouble', 'problems'],
    ['policy-fallback', 'fallbackGeneration', 'fallbackPresent', 'fallbackWrites'],
    ['policy-binding', 'fallbackEnforced'],
    ['policy-scanned', 'policyScans'],
    ['policy-scan', 'policyFindings', 'policyScanned'],
    ['rule-defect', 'policyRuleErrors'],
    ['catalog', 'catalogMade', 'catalogTypes'],
    ['catalog-written', 'catalogLastRefresh', 'catalogRefreshes'],
    ['catalog-failure', 'catalogRefreshes'],
    ['reports', 'reportsPresent'],
    ['report-written', 'reportWrites'],
  ])('%s shows in what is of it, and in nothing else', async (name, ...expected) => {
    expect(await showing().changedBy(...named(name))).toEqual(expected);
  });
});

it('no fact is told in vain: it is a log line, or shows in a metric', async () => {
  const mute: string[] = [];
  for (const name of new Set(exampleFacts.map((told) => told.name))) {
    const isLine = named(name).some((told) => lineOf(told) !== undefined);
    if (!isLine && (await showing().changedBy(...named(name))).length === 0) mute.push(name);
  }
  expect(mute).toEqual([]);
});

describe('what is shown', () => {
  const values = async (metric: { get(): Promise<{ values: { labels: object; value: number }[] }> }) =>
    (await metric.get()).values.map(({ labels, value }) => [...Object.values(labels), value]);

  it('of the record is what it says last: sources by whether they count, and zones that are held back', async () => {
    const { metrics, listener } = showing();
    const [read] = examplesOf('record-read');
    listener.hear({ name: 'record-read', fact: read });
    listener.hear({ name: 'record-read', fact: read });
    expect(await values(metrics.zoneSources)).toEqual([
      ['use1-az1', 'autoshift', 'counts', 1],
      ['use1-az2', 'autoshift', 'pending', 1],
      ['use1-az3', 'autoshift', 'counts', 1],
    ]);
    expect(await values(metrics.zoneUse)).toEqual([['use1-az3', '', 'elsewhere', 1]]);
    expect([await values(metrics.heldBack), await values(metrics.setGeneration)]).toEqual([[[1]], [[7]]]);
    listener.hear({ name: 'record-read', fact: { generation: 8, zones: [] } });
    expect([await values(metrics.zoneSources), await values(metrics.heldBack)]).toEqual([[], [[0]]]);
    expect(await values(metrics.zoneUse)).toEqual([]);
  });

  it('of counts is what was counted last: a zone that is back is gone', async () => {
    const { metrics, listener } = showing();
    for (const name of ['nodes-cordoned', 'expiring-nodes'] as const) {
      listener.hear({ name, fact: { counts: [{ zoneId: 'use1-az1', count: 3 }] } });
      listener.hear({ name, fact: { counts: [{ zoneId: 'use1-az2', count: 1 }] } });
    }
    expect(await values(metrics.cordoned)).toEqual([['use1-az2', 1]]);
    expect(await values(metrics.expiring)).toEqual([['use1-az2', 1]]);
  });

  it('of a scan is what it found last', async () => {
    const { metrics, listener } = showing();
    const [scan] = examplesOf('policy-scan');
    listener.hear({ name: 'policy-scan', fact: scan });
    listener.hear({ name: 'policy-scan', fact: { nodePools: 5, findings: [], durationMs: 1 } });
    expect([await values(metrics.policyFindings), await values(metrics.policyScanned)]).toEqual([[], [[5]]]);
  });

  it('of unsettled NodePools is also those that are ahead', async () => {
    const { metrics, listener } = showing();
    listener.hear({ name: 'settled', fact: { generation: 7, unsettled: 1, ahead: 2 } });
    expect(await values(metrics.unsettled)).toEqual([[3]]);
  });

  it('of times is seconds', async () => {
    const { metrics, listener } = showing();
    listener.hear({ name: 'protected', fact: examplesOf('protected')[0] });
    listener.hear({ name: 'reconciled', fact: examplesOf('reconciled')[0] });
    listener.hear({ name: 'queue-answered', fact: { atMs: 1_500 } });
    const sum = async (metric: typeof metrics.timeToProtect | typeof metrics.reconciles) =>
      (await metric.get()).values.find(({ metricName }) => metricName?.endsWith('_sum'))?.value;
    expect([await sum(metrics.timeToProtect), await sum(metrics.reconciles)]).toEqual([0.25, 0.25]);
    expect(await values(metrics.lastReceive)).toEqual([[1.5]]);
  });

  it('of a trouble that is over is nothing', async () => {
    const { changedBy } = showing();
    expect(await changedBy({ name: 'trouble', fact: { part: 'a', error: undefined } })).toEqual([]);
  });

  it('of a catalogue that is gone is nothing', async () => {
    const { metrics, listener } = showing();
    const [bundled, own] = examplesOf('catalog');
    if (own !== undefined) listener.hear({ name: 'catalog', fact: own });
    expect(await values(metrics.catalogTypes)).toEqual([['ec2', 900]]);
    expect(await values(metrics.catalogMade)).toEqual([['ec2', Date.parse('2026-11-21T06:00:00Z') / 1000]]);
    listener.hear({ name: 'catalog', fact: bundled });
    expect([await values(metrics.catalogTypes), await values(metrics.catalogMade)]).toEqual([[], []]);
  });
});

describe('at the end of a term', () => {
  it('all is taken back that only a leader can know, and nothing else', async () => {
    const { metrics, listener, valuesOf } = showing();
    const fresh = await valuesOf();
    const last: readonly Told[] = [
      { name: 'policy-fallback', fact: { presence: 'present', generation: 7 } },
      { name: 'policy-binding', fact: { binding: 'denies', from: null } },
      { name: 'reports', fact: { presence: 'present' } },
    ];
    for (const told of [...exampleFacts, ...last]) listener.hear(told);
    const before = await valuesOf();
    listener.leftTerm?.();
    const after = await valuesOf();
    const changed = Object.keys(metrics).filter((name) => before.get(name) !== after.get(name));
    expect(changed.sort()).toEqual([
      ...['catalogMade', 'catalogTypes', 'cordoned', 'expiring', 'fallbackEnforced', 'fallbackGeneration'],
      ...['fallbackPresent', 'held', 'policyFindings', 'policyScanned', 'reportsPresent', 'stuck', 'thawed'],
      'unjudgeable',
    ]);
    for (const name of changed) expect(after.get(name), name).toEqual(fresh.get(name));
  });
});
