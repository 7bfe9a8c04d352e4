import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type ApiCaller, type ApiServer, type Called, createApiCaller } from './api-caller.ts';
import {
  createOf,
  NODE_POOLS_PATH,
  STANDING_POOLS,
  type Write,
  type WriteKind,
  writeOf,
} from './write-mix.ts';
import { couldLaunchIn } from './zone-judge.ts';

/** What became of one write. */
export interface Answer {
  readonly kind: WriteKind;
  readonly pool: string;
  /** When it was sent, in ms of `performance.now()`. */
  readonly sentAt: number;
  readonly tookMs: number;
  /** 0: no answer came. */
  readonly status: number;
  /** The words of a failure; empty otherwise. */
  readonly message: string;
  /** What the API server says that it has stored. */
  readonly object: unknown;
  /** `unpruned`: stored, and Karpenter could make nodes in the impaired zone. */
  readonly verdict: 'ok' | 'failed' | 'unpruned';
}

export interface WriteReport {
  readonly answers: readonly Answer[];
  readonly failed: readonly Answer[];
  readonly unpruned: readonly Answer[];
  /** NodePools that are unpruned as they are stored in the end. */
  readonly storedUnpruned: readonly string[];
  readonly perSecond: number;
  /** All of it in a few lines. */
  readonly text: string;
}

export interface CountingClient {
  /** All answers so far. */
  answers(): readonly Answer[];
  /** Ends the writing, waits for the last answers and looks at what is stored. */
  stop(): Promise<WriteReport>;
}

const TICK_MS = 10;
/**
 * So many writes are under way at once, at the most. Some 20 ms of CPU go into each, all processes together: on a
 * machine that is busy with other things the pace falls, and the report says to what, instead of writes piling up until
 * the API server gives up on them.
 */
const UNDER_WAY = 25;
/** So many of the NodePools that were made on the way are left; those before are deleted, which no webhook is asked about. */
const MADE_KEPT = 4;

/**
 * Writes NodePools through the API server at a steady pace, not waiting for the writes before, and keeps every answer. Each is judged by itself: the zone is impaired all the time, so that no stored NodePool may allow it.
 *
 * @param options.zone the name of the impaired zone
 */
export async function startWrites(options: {
  readonly controlPlane: ApiServer;
  readonly zone: string;
  readonly perSecond?: number;
}): Promise<CountingClient> {
  const { zone, perSecond = 50 } = options;
  const caller = createApiCaller(options.controlPlane);
  const answers: Answer[] = [];
  const underWay = new Set<Promise<void>>();
  const made: string[] = [];
  // Another client may have left some of its own.
  const prefix = `made-${randomBytes(3).toString('hex')}`;

  const send = async (write: Write): Promise<void> => {
    const sentAt = performance.now();
    const called = await caller.call(write);
    const judged = judge(called, zone);
    answers.push({
      kind: write.kind,
      pool: write.pool,
      sentAt,
      tookMs: performance.now() - sentAt,
      ...judged,
    });
    if (write.kind !== 'create' || judged.verdict === 'failed') return;
    made.push(write.pool);
    for (const pool of made.splice(0, made.length - MADE_KEPT))
      await caller.call({ method: 'DELETE', path: `${NODE_POOLS_PATH}/${pool}` });
  };
  const begin = (write: Write): void => {
    const sent = send(write).finally(() => underWay.delete(sent));
    underWay.add(sent);
  };

  for (const pool of STANDING_POOLS) await caller.call(createOf(pool));
  const startedAt = performance.now();
  let begun = 0;
  let leftOut = 0;
  const timer = setInterval(() => {
    // What is due by the clock, less what had to be left out: a timer that came late has the rest sent at once.
    const due = Math.floor(((performance.now() - startedAt) * perSecond) / 1000) - leftOut;
    for (; begun < due && underWay.size < UNDER_WAY; begun += 1) begin(writeOf(begun, prefix));
    leftOut += due - begun;
  }, TICK_MS);
  return {
    answers: () => [...answers],
    async stop() {
      clearInterval(timer);
      const seconds = (performance.now() - startedAt) / 1000;
      while (underWay.size > 0) await Promise.all(underWay);
      const storedUnpruned = await unprunedAsStored(caller, zone);
      caller.close();
      return reportOf(answers, storedUnpruned, begun / seconds);
    },
  };
}

const statusSchema = z.object({ kind: z.literal('Status'), message: z.string() });

function judge(
  { status, text }: Called,
  zone: string,
): Pick<Answer, 'status' | 'message' | 'object' | 'verdict'> {
  if (status !== 200 && status !== 201)
    return { status, message: messageOf(text), object: undefined, verdict: 'failed' };
  const object: unknown = JSON.parse(text);
  return { status, message: '', object, verdict: couldLaunchIn(object, zone) ? 'unpruned' : 'ok' };
}

function messageOf(text: string): string {
  try {
    return statusSchema.parse(JSON.parse(text)).message;
  } catch {
    return text;
  }
}

const listSchema = z.object({
  items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })),
});

async function unprunedAsStored(caller: ApiCaller, zone: string): Promise<string[]> {
  const { status, text } = await caller.call({ method: 'GET', path: NODE_POOLS_PATH });
  if (status !== 200) throw new Error(`NodePools cannot be listed: HTTP ${status} ${text}`);
  const { items } = listSchema.parse(JSON.parse(text));
  return items.filter((item) => couldLaunchIn(item, zone)).map(({ metadata }) => metadata.name);
}

function reportOf(
  answers: readonly Answer[],
  storedUnpruned: readonly string[],
  perSecond: number,
): WriteReport {
  const failed = answers.filter(({ verdict }) => verdict === 'failed');
  const unpruned = answers.filter(({ verdict }) => verdict === 'unpruned');
  const slowest = answers.reduce((most, { tookMs }) => Math.max(most, tookMs), 0);
  const text = [
    `${answers.length} writes, ${perSecond.toFixed(1)} a second: ${failed.length} failed, ${unpruned.length} unpruned, ${storedUnpruned.length} stored unpruned in the end; slowest ${slowest.toFixed(0)} ms`,
    ...countsOf(failed.map(({ status, message }) => `${status} ${message.slice(0, 200)}`)),
  ].join('\n');
  return { answers, failed, unpruned, storedUnpruned, perSecond, text };
}

function countsOf(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `  ${count} x ${word}`);
}
