import { expect } from 'vitest';
import { until } from '../../installation/until.ts';
import { AWAY } from '../product/scenario.ts';
import type { ApiServer } from './api-caller.ts';
import { type CountingClient, startWrites, type WriteReport } from './counting-client.ts';

/** So many answers before and after what is tried: two seconds' worth. */
const AROUND = 100;

/** Does the work while 50 NodePools are written a second, and tells what became of every write. */
export async function underLoad(
  { controlPlane }: { readonly controlPlane: ApiServer },
  work: (client: CountingClient) => Promise<void>,
): Promise<WriteReport> {
  const client = await startWrites({ controlPlane, zone: AWAY.name });
  await untilMoreAnswers(client);
  try {
    await work(client);
    await untilMoreAnswers(client);
  } catch (error) {
    console.log(`broken off: ${(await client.stop()).text}`);
    throw error;
  }
  return client.stop();
}

export async function untilMoreAnswers(client: CountingClient, count = AROUND): Promise<void> {
  const before = client.answers().length;
  await until('there are more answers', () => client.answers().length >= before + count);
}

/** No write failed and no NodePool was stored with the impaired zone. @param what for the log: what happened meanwhile */
export function expectNothingLost(what: string, report: WriteReport): void {
  console.log(`${what}: ${report.text}`);
  expect(report.text).toMatch(/: 0 failed, 0 unpruned, 0 stored unpruned in the end/);
}
