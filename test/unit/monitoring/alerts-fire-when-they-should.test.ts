import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createWatcherMetrics } from '../../../watcher/listeners/watcher-metrics.ts';
import { createWebhookMetrics } from '../../../webhook/metrics/webhook-metrics.ts';
import { ALERT_CASES, type AlertCase, HEALTHY } from './alert-cases.ts';
import { alertGroups, alertRules } from './alert-rules.ts';

const version = spawnSync('promtool', ['--version'], { encoding: 'utf8' });
const hasPromtool = version.status === 0;

const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: object) => {
  writeFileSync(join(folder, name), stringify(content));
  return join(folder, name);
};
const rulesFile = write('rules.yaml', { groups: alertGroups });

const promtool = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

/** One unit test of promtool's: the names of all alerts that fire at that time. */
const unitTest = ({ what, series, firing, at = '60m' }: AlertCase) => ({
  name: what,
  interval: '1m',
  input_series: Object.entries({ ...HEALTHY, ...series }).map(([name, values]) => ({
    series: name,
    values,
  })),
  promql_expr_test: [
    {
      expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: at,
      exp_samples: firing.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
    },
  ],
});

test('each alert fires in a case', () => {
  const fired = new Set(ALERT_CASES.flatMap(({ firing }) => firing));
  expect([...fired].sort()).toEqual(alertRules.map(({ alert }) => alert).sort());
});

test('promtool takes the rules', ({ skip }) => {
  skip(!hasPromtool, 'promtool (Debian package prometheus) is not installed on this machine');
  expect(promtool('check', 'rules', rulesFile)).toMatchObject({ status: 0 });
});

test('promtool has nothing to say against our metrics', async ({ skip }) => {
  skip(!hasPromtool, 'promtool (Debian package prometheus) is not installed on this machine');
  for (const { registry } of [createWebhookMetrics(), createWatcherMetrics()]) {
    const input = await registry.metrics();
    const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { encoding: 'utf8', input });
    const said = (stdout + stderr).split('\n').filter((line) => line !== '');
    // Those of the Node process are named by prom-client.
    expect(said.filter((line) => !line.startsWith('nodejs_'))).toEqual([]);
  }
});

// One run for all of them: each start of promtool costs as much as the rest. It says by name which one failed.
test('the alerts that fire are those that should, in each case', ({ skip }) => {
  skip(!hasPromtool, 'promtool (Debian package prometheus) is not installed on this machine');
  const tests = ALERT_CASES.map(unitTest);
  const file = write('cases.yaml', { rule_files: [rulesFile], evaluation_interval: '3m', tests });
  const { status, said } = promtool('test', 'rules', file);
  expect(status, said).toBe(0);
}, 120_000);

test('a case that expects another alert fails, and says which', ({ skip }) => {
  skip(!hasPromtool, 'promtool (Debian package prometheus) is not installed on this machine');
  const wrong = unitTest({ what: 'all is well after all', series: {}, firing: ['ZonewardenPanics'] });
  const file = write('wrong.yaml', { rule_files: [rulesFile], evaluation_interval: '3m', tests: [wrong] });
  const { status, said } = promtool('test', 'rules', file);
  expect(status).not.toBe(0);
  expect(said).toMatch(/ZonewardenPanics/);
});
