import { expect } from 'vitest';
import { stringify } from 'yaml';
import { sameJson } from '../../../shared/json/same-json.ts';
import { isNotFound } from '../../../shared/kube/errors.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { until } from '../../installation/until.ts';
import type { History } from '../../unit/enforcement/histories/steps.ts';
import { type Line, transcriptOf } from '../../unit/enforcement/histories/transcript.ts';
import type { PoolAdmission } from './admission.ts';
import { COUNTED } from './counting-webhook.ts';
import { comparable, Observer } from './observed.ts';
import { perform, type Tools } from './pool-writers.ts';
import type { RealCluster } from './real-cluster.ts';

/** Where the real API server and the model part. */
export interface Difference {
  /** The first write with which they do, counted from 0. */
  readonly at: number;
  readonly line: Line;
  /** What kubectl or the API server said, where it refused. */
  readonly refusal: string | undefined;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
  readonly expected: object;
  readonly actual: object;
}

/**
 * Replays a history on a NodePool of its own, and compares what is stored with the model after each write. The
 * oracle and the end of the history (no mark left, all that was declared given back) are checked on the model, to
 * which the real NodePool is equal until the first difference.
 */
export async function replay(
  cluster: RealCluster,
  history: History,
  id: string,
): Promise<Difference | undefined> {
  const name = `${history.reinvokes ? COUNTED : 'plain-'}${id}`;
  const admission: PoolAdmission = { set: undefined, asked: 0 };
  cluster.pools.set(name, admission);
  try {
    return await replayLines(cluster, name, admission, transcriptOf(history));
  } finally {
    cluster.pools.delete(name);
    await cluster.client.delete(resources.nodePools, { name }).catch(unlessNotFound);
  }
}

async function replayLines(
  tools: Tools,
  name: string,
  admission: PoolAdmission,
  lines: readonly Line[],
): Promise<Difference | undefined> {
  const observer = new Observer();
  let live: KubeObject | undefined;
  for (const [at, line] of lines.entries()) {
    const before = live;
    // A nudge stamps nobody.
    if (line.write.write !== 'nudge') await until('the second is over', () => !observer.stampedNow);
    admission.set = line.set;
    admission.asked = 0;
    const refusal = await perform(tools, name, line.write, before);
    live = await tools.client.get(resources.nodePools, { name }).catch(unlessNotFound);
    const asked = once(admission.asked, line.asked, name);
    const actual = {
      outcome: outcomeOf(refusal === undefined, asked),
      asked,
      ...(live === undefined ? {} : comparable(observer.observe(live, at))),
    };
    const expected = {
      outcome: outcomeOf(line.took || line.asked === 0, line.asked),
      asked: line.asked,
      ...comparable(line.after),
    };
    if (!sameJson(actual, expected)) return { at, line, refusal, before, after: live, expected, actual };
  }
  return undefined;
}

/** Says where they part, with the history in the form in which it can be kept. */
export function expectNone(history: History, difference: Difference | undefined): void {
  if (difference === undefined) return;
  const { at, line, refusal, before, after, expected, actual } = difference;
  const told = stringify(
    { write: line.write, set: line.set, refusal, before, after },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
  expect(actual, `${kept(history)}\n--- at write ${at}:\n${told}`).toEqual(expected);
  throw new Error(`vitest calls equal what is not, at write ${at} of\n${kept(history)}`);
}

/** As test/unit/enforcement/histories/kept has them. */
export function kept(history: History): string {
  return stringify(JSON.parse(JSON.stringify(history)), { lineWidth: 0, aliasDuplicateObjects: false });
}

/**
 * The API server starts a write with what is in its cache, and once more where that was old by then (GuaranteedUpdate):
 * it asks all webhooks again then, and of what they said first nothing is stored.
 */
function once(asked: number, expected: number, name: string): number {
  const more = asked - expected;
  const isRetry = expected > 0 && more > 0 && more % (name.startsWith(COUNTED) ? 2 : 1) === 0;
  return isRetry ? expected : asked;
}

function outcomeOf(succeeded: boolean, asked: number): 'taken' | 'refused' | 'not sent' {
  if (!succeeded) return 'refused';
  return asked === 0 ? 'not sent' : 'taken';
}

function unlessNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}
