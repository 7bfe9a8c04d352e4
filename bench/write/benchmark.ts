import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeClient } from '../../shared/kube/client.ts';
import { resources } from '../../shared/kube/resource.ts';
import { install } from '../../test/installation/installation.ts';
import { until } from '../../test/installation/until.ts';
import { DIRECT_KINDS, type DirectKind, type DirectLoad, directLoad } from './direct-load.ts';
import { register, unregister } from './registration.ts';
import { nextNodePool, type TimedWrites, timedWrites, type WriteKind } from './timed-writes.ts';
import { TURNS, type Turn, type TurnName, turnsOf } from './turns.ts';

/** What one webhook did in one round. */
export interface TurnResult {
  readonly writes: Readonly<Record<WriteKind, TimedWrites>>;
  readonly direct: Readonly<Partial<Record<DirectKind, DirectLoad>>>;
}

export interface WriteResult {
  readonly machine: string;
  readonly rounds: readonly Readonly<Record<TurnName, TurnResult>>[];
  readonly writesPerTurn: number;
  readonly secondsPerLoad: number;
}

export interface WriteOptions {
  readonly rounds: number;
  readonly writes: number;
  readonly seconds: number;
  onTurn(round: number, name: TurnName, result: TurnResult): void;
}

/** The API server has heard of a registration when so many answers in a row are as they should be. */
const IN_A_ROW = 10;

/**
 * One webhook after the other answers the same API server, each a fresh process in every round, in another order in each:
 * what a machine does beside it is the same for all.
 */
export async function benchWrite(options: WriteOptions): Promise<WriteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-bench-'));
  const installation = await install();
  try {
    const turns = await turnsOf(installation, folder);
    await installation.webhook.stop();
    const { client } = installation;
    for (const type of [resources.mutatingWebhookConfigurations, resources.validatingWebhookConfigurations])
      await client.delete(type, { name: 'zonewarden' });
    const rounds: Record<TurnName, TurnResult>[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const results = new Map<TurnName, TurnResult>();
      for (let place = 0; place < turns.length; place += 1) {
        const turn = turns[(place + round) % turns.length];
        if (turn === undefined) continue;
        const result = await take(turn, client, options);
        results.set(turn.name, result);
        options.onTurn(round + 1, turn.name, result);
      }
      rounds.push(recordOf(results));
    }
    return {
      machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      rounds,
      writesPerTurn: options.writes,
      secondsPerLoad: options.seconds,
    };
  } finally {
    await installation.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function take(turn: Turn, client: KubeClient, options: WriteOptions): Promise<TurnResult> {
  const { webhook, registration } = await turn.start();
  const asked = { isRight: turn.isRight, ...(webhook === undefined ? {} : { pid: webhook.pid }) };
  try {
    await register(client, registration);
    await untilInForce(turn, client);
    // What runs often is optimised by then.
    await timedWrites(client, 'dryRun', options.writes, asked);
    const dryRun = await timedWrites(client, 'dryRun', options.writes, asked);
    const create = await timedWrites(client, 'create', options.writes, asked);
    await unregister(client, registration);
    const direct: Partial<Record<DirectKind, DirectLoad>> = {};
    for (const kind of webhook === undefined || turn.onlyWrites === true ? [] : DIRECT_KINDS) {
      const result = webhook && (await directLoad(webhook, kind, options.seconds));
      if (result !== undefined) direct[kind] = result;
    }
    return { writes: { dryRun, create }, direct };
  } finally {
    await unregister(client, registration);
    await webhook?.stop();
  }
}

async function untilInForce({ name, isRight }: Turn, client: KubeClient): Promise<void> {
  let right = 0;
  await until(`${name} is asked`, async () => {
    const stored = await client.create(resources.nodePools, nextNodePool(), { dryRun: true });
    right = isRight(stored) ? right + 1 : 0;
    return right >= IN_A_ROW;
  });
}

function recordOf(results: ReadonlyMap<TurnName, TurnResult>): Record<TurnName, TurnResult> {
  const of = (name: TurnName): TurnResult => {
    const result = results.get(name);
    if (result === undefined) throw new Error(`${name} had no turn`);
    return result;
  };
  const [none, bare, bareTwice, zonewarden, controllerRuntime] = TURNS;
  return {
    [none]: of(none),
    [bare]: of(bare),
    [bareTwice]: of(bareTwice),
    [zonewarden]: of(zonewarden),
    [controllerRuntime]: of(controllerRuntime),
  };
}
