import { describe, expect, it } from 'vitest';
import { applySignals } from '../../../shared/record/apply-signals.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { EMPTY_RECORD } from '../../../shared/record/zone-record.ts';
import { createRecordStore } from '../../../shared/stores/record-store.ts';
import { ConfigMapInMemory } from './config-map-in-memory.ts';
import { activeIn, asOf, end, NOON, start } from './signals.ts';

const never = new AbortController().signal;

/** As many watchers over one ConfigMap, each with batches of its own, one after the other. */
async function runAll(configMap: ConfigMapInMemory, watchers: readonly (readonly ZoneSignal[])[]) {
  const generations: number[] = [];
  let conflicts = 0;
  await Promise.all(
    watchers.map(async (signals) => {
      const store = createRecordStore({
        client: configMap,
        namespace: 'zonewarden',
        fieldManager: 'test',
        highestMark: async () => 0,
        onWrite: ({ generation }) => generations.push(generation),
        onConflict: () => {
          conflicts += 1;
        },
      });
      for (const signal of signals) {
        await store.update(
          (record) => applySignals(record, [signal], () => undefined, asOf(NOON)).record,
          never,
        );
      }
    }),
  );
  return { generations, conflicts };
}

describe('many watchers over one record', () => {
  it('lose no signal of each other', async () => {
    const configMap = new ConfigMapInMemory();
    const watchers = Array.from({ length: 8 }, (_, watcher) =>
      Array.from({ length: 5 }, (_, zone) => start(`use1-az${zone}`, 4, `autoshift/${watcher}`)),
    );
    const { generations, conflicts } = await runAll(configMap, watchers);
    expect(activeIn(configMap.record ?? EMPTY_RECORD)).toHaveLength(40);
    // They did get into each other's way, and the generation never went back.
    expect(conflicts).toBeGreaterThan(0);
    expect(generations).toEqual([...generations].sort((left, right) => left - right));
  });

  it('agree when one hears the end before the other hears the start', async () => {
    const configMap = new ConfigMapInMemory();
    await runAll(configMap, [
      [start('use1-az1', 4), start('use1-az2', 7), end('use1-az3', 5)],
      [end('use1-az1', 5), end('use1-az2', 6), start('use1-az3', 5)],
    ]);
    expect(activeIn(configMap.record ?? EMPTY_RECORD)).toEqual(['use1-az2 autoshift/region']);
  });

  it('agree about a ConfigMap that is not there: one creates it, all write into it', async () => {
    const configMap = new ConfigMapInMemory();
    const watchers = Array.from({ length: 6 }, (_, watcher) => [start(`use1-az${watcher}`, 4)]);
    await runAll(configMap, watchers);
    expect(activeIn(configMap.record ?? EMPTY_RECORD)).toHaveLength(6);
    expect(configMap.calls.filter((call) => call === 'create').length).toBeGreaterThan(1);
  });
});
