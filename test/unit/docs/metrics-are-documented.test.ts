import type { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWatcherMetrics } from '../../../watcher/listeners/watcher-metrics.ts';
import { createWebhookMetrics } from '../../../webhook/metrics/webhook-metrics.ts';
import { codeSpans, readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/metrics.md');
const metricSchema = z.looseObject({
  name: z.string(),
  type: z.string(),
  help: z.string(),
  labelNames: z.array(z.string()),
});

/** Name, type and labels of everything of ours in a registry, sorted by name. */
async function metricsIn(registry: Registry) {
  const types = new Map((await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]));
  return registry
    .getMetricsAsArray()
    .map((metric) => metricSchema.parse({ ...metric, type: types.get(metric.name) }))
    .filter(({ name }) => name.startsWith('zonewarden_'))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

describe.each([
  ['## Webhook', createWebhookMetrics().registry],
  ['## Watcher', createWatcherMetrics().registry],
] as const)('docs/metrics.md, %s', async (heading, registry) => {
  const rows = tableRows(section(text, heading))
    .map(([name = '', type = '', labels = '', meaning = '']) => ({
      name: codeSpans(name)[0] ?? '',
      type,
      labels: codeSpans(labels),
      meaning,
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const metrics = await metricsIn(registry);

  it('has every metric, and no other, with its type and labels', () => {
    expect(rows.map(({ name, type, labels }) => [name, type, labels])).toEqual(
      metrics.map(({ name, type, labelNames }) => [name, type, labelNames]),
    );
  });

  it.each(metrics)('says of $name what its help says, and perhaps more', ({ name, help }) => {
    const meaning = rows.find((row) => row.name === name)?.meaning ?? '';
    expect(meaning.replaceAll('`', '')).toContain(help);
  });

  it('there are metrics of the Node process beside them', () => {
    expect(registry.getSingleMetric('process_resident_memory_bytes')).toBeDefined();
    expect(registry.getSingleMetric('nodejs_eventloop_lag_seconds')).toBeDefined();
  });
});
