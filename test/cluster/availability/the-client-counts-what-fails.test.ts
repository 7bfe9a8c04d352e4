import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, install } from '../../installation/installation.ts';
import { until } from '../../installation/until.ts';
import { AWAY, shiftAway } from '../product/scenario.ts';
import { type Answer, startWrites, type WriteReport } from './counting-client.ts';
import { WRITE_KINDS } from './write-mix.ts';

/** A count of nothing proves something only when the client would have counted: here it has something to count. */

let installation: Installation;

beforeAll(async () => {
  installation = await install();
  await shiftAway(installation);
});
afterAll(() => installation?.stop());

/** Ends when there are fifty answers of such a verdict more: what was under way when the work began may end well. */
async function writesWhile(work: () => Promise<void>, verdict: Answer['verdict']): Promise<WriteReport> {
  const client = await startWrites({ controlPlane: installation.controlPlane, zone: AWAY.name });
  const untilMore = (count: number, wanted: Answer['verdict']) => {
    const those = () => client.answers().filter((answer) => answer.verdict === wanted).length;
    const before = those();
    return until(`there are more answers that are ${wanted}`, () => those() >= before + count);
  };
  await untilMore(25, verdict === 'unpruned' ? verdict : 'ok');
  await work();
  await untilMore(50, verdict);
  return client.stop();
}

describe('the counting client', () => {
  it('counts nothing while the webhook answers, and tries each kind of write', async () => {
    const report = await writesWhile(async () => {}, 'ok');
    expect(report.text).toContain(' 0 failed, 0 unpruned, 0 stored unpruned');
    expect(new Set(report.answers.map(({ kind }) => kind))).toEqual(new Set(WRITE_KINDS));
    expect(report.answers.every(({ object }) => object !== undefined)).toBe(true);
  });

  it('counts failed writes, with the words of the API server, while the webhook is away', async () => {
    const report = await writesWhile(() => installation.webhook.stop('SIGKILL'), 'failed');
    expect(report.failed.length).toBeGreaterThanOrEqual(50);
    expect(report.failed.at(-1)).toMatchObject({
      status: 500,
      message: expect.stringContaining('failed calling webhook "nodepools.zonewarden.io"'),
    });
    expect(report.unpruned).toEqual([]);
  });

  it('counts unpruned writes while the API server passes over a webhook that is away', async () => {
    const ignore = JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }]);
    const kubectl = (...args: string[]) => installation.controlPlane.kubectl(args);
    for (const kind of ['mutating', 'validating'])
      await kubectl('patch', `${kind}webhookconfiguration`, 'zonewarden', '--type=json', '-p', ignore);
    // The policy fallback holds while no webhook answers, and would refuse what is to be counted here.
    await kubectl('delete', 'validatingadmissionpolicybinding', 'zonewarden', '--ignore-not-found');
    const report = await writesWhile(async () => {}, 'unpruned');
    expect(report.unpruned.length).toBeGreaterThan(0);
    expect(report.storedUnpruned.length).toBeGreaterThan(0);
  });
});
