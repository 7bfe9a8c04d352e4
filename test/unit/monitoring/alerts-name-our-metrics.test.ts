import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWatcherMetrics } from '../../../watcher/listeners/watcher-metrics.ts';
import { createWebhookMetrics } from '../../../webhook/metrics/webhook-metrics.ts';
import { readDocument, section, tableRows } from '../docs/markdown.ts';
import { alertRules } from './alert-rules.ts';

const metricSchema = z.looseObject({ name: z.string(), labelNames: z.array(z.string()) });

/** Each metric of both processes with its labels; those of the same name have the same. */
const labelsOf = new Map(
  [createWebhookMetrics().registry, createWatcherMetrics().registry]
    .flatMap((registry) => registry.getMetricsAsArray())
    .map((metric) => metricSchema.parse(metric))
    .map(({ name, labelNames }) => [name, labelNames]),
);

describe.each(alertRules)('$alert', ({ alert, expr, annotations }) => {
  it('asks for metrics that there are', () => {
    const asked = [...expr.matchAll(/zonewarden_\w+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(0);
    for (const name of asked) expect([...labelsOf.keys()]).toContain(name);
  });

  it('asks for labels that they have', () => {
    for (const [, name = '', matchers = ''] of expr.matchAll(/(zonewarden_\w+)\{([^}]*)\}/g)) {
      const asked = [...matchers.matchAll(/(\w+)(?:=~?|!=|!~)"/g)].map(([, label]) => label);
      expect(asked.length).toBeGreaterThan(0);
      for (const label of asked) expect(labelsOf.get(name)).toContain(label);
    }
  });

  it('has a name that says whose it is, and words that say where to read on', () => {
    expect(alert).toMatch(/^Zonewarden[A-Z]\w+$/);
    expect(annotations.runbook).toBe('docs/monitoring.md#alerts');
  });
});

it('no two alerts have the same name', () => {
  expect(new Set(alertRules.map(({ alert }) => alert)).size).toBe(alertRules.length);
});

it('docs/monitoring.md has each alert, and no other, with its severity and its time', () => {
  const rows = tableRows(section(readDocument('docs/monitoring.md'), '## Alerts'));
  expect(rows.map(([alert, severity, time]) => [alert, severity, time])).toEqual(
    alertRules.map((rule) => [`\`${rule.alert}\``, rule.labels.severity, rule.for ?? 'at once']),
  );
});
