import { EXEMPT_ANNOTATION } from '../../../shared/enforcement/nodepool.ts';
import { sameJson } from '../../../shared/json/same-json.ts';
import { isNotFound } from '../../../shared/kube/errors.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { until } from '../../installation/until.ts';
import { AWAY } from '../product/scenario.ts';
import { bearsMark, content, effectOf, ownersIn, storedIn, targets } from './observe.ts';
import type { Effect, EffectOrRefusal, Row } from './row.ts';
import type { Attempt, Tools, Write, WriterCase } from './writer-case.ts';

/** What happens to the whole cluster between the phases. */
export interface Shift {
  away(): Promise<void>;
  back(): Promise<void>;
  /** Resolves when the watcher has brought every NodePool to what the record asks for. */
  settled(): Promise<void>;
}

/** What was seen of one case so far. */
interface Seen {
  readonly writer: WriterCase;
  declared?: KubeObject;
  dryRun?: Attempt;
  written?: KubeObject;
  effect?: EffectOrRefusal;
  again?: Effect;
  diff?: boolean | undefined;
  meanwhile?: KubeObject;
  after?: KubeObject;
  next?: { readonly stored: KubeObject; readonly effect: EffectOrRefusal };
}

/**
 * Takes all cases through declaration, shift, writes, recovery and the tool's next turn, and gives a row for each by
 * its name. One phase is over for all before the next begins, and each begins in a second of its own: managedFields
 * carry seconds, and people and tools do not write twice in one.
 */
export async function inLockstep(
  tools: Tools,
  cases: readonly WriterCase[],
  shift: Shift,
): Promise<Record<string, Row>> {
  const all = cases.map((writer): Seen => ({ writer }));
  const outages = new Set(cases.flatMap(({ outage }) => outage ?? []));
  await phase(all, (one) => declare(tools, one));
  await shift.away();
  await untilNobodyTargets(tools, cases);
  const usual = all.filter(({ writer }) => writer.outage === undefined);
  await phase(usual, writeDry);
  await phase(usual, (one) => write(tools, one));
  await phase(usual, (one) => writeAgain(tools, one));
  await phase(usual, (one) => look(tools, one));
  for (const outage of outages) {
    const during = all.filter(({ writer }) => writer.outage === outage);
    await outage.down();
    await phase(during, (one) => write(tools, one));
    await outage.up();
    await untilNobodyTargets(tools, cases);
    await shift.settled();
    await phase(during, (one) => look(tools, one));
  }
  await shift.back();
  await untilNoMarks(tools, cases);
  await phase(all, (one) => takeNextTurn(tools, one));
  await untilNoMarks(tools, cases);
  return Object.fromEntries(
    await Promise.all(all.map(async (one) => [one.writer.name, await rowOf(tools, one)] as const)),
  );
}

async function phase(seen: readonly Seen[], work: (one: Seen) => Promise<void>): Promise<void> {
  await nextSecond();
  await fourAtATime(seen, work);
}

async function declare(tools: Tools, one: Seen): Promise<void> {
  if (one.writer.declare === undefined) return;
  const { refused } = await one.writer.declare(false);
  if (refused !== undefined) throw new Error(`${one.writer.name} could not be declared: ${refused}`);
  one.declared = await tools.live(one.writer.name);
}

async function writeDry(one: Seen): Promise<void> {
  if (one.writer.hasDryRun !== false) one.dryRun = await one.writer.meanwhile(true);
}

async function write(tools: Tools, one: Seen): Promise<void> {
  const { name, meanwhile } = one.writer;
  one.effect = await effectOn(tools, name, meanwhile);
  one.written = await tools.live(name);
}

async function writeAgain(tools: Tools, one: Seen): Promise<void> {
  for (let turn = 0; turn < (one.writer.repeats ?? 1); turn += 1) {
    const effect = await effectOn(tools, one.writer.name, one.writer.meanwhile);
    if (effect.startsWith('refused')) throw new Error(`${one.writer.name}, written again, was ${effect}`);
    // The first repetition tells; all others must come to rest.
    if (one.again === undefined || one.again === 'no write') one.again = effect as Effect;
  }
}

async function look(tools: Tools, one: Seen): Promise<void> {
  one.diff = await one.writer.diff?.();
  one.meanwhile = await tools.live(one.writer.name);
}

async function takeNextTurn(tools: Tools, one: Seen): Promise<void> {
  const { name, afterwards } = one.writer;
  one.after = await tools.live(name);
  if (afterwards === undefined) return;
  const effect = await effectOn(tools, name, afterwards);
  one.next = { stored: await tools.live(name), effect };
}

/** Writes, and says what that did to the stored object. */
async function effectOn(tools: Tools, name: string, write: Write): Promise<EffectOrRefusal> {
  const before = await tools.live(name).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return undefined;
  });
  const { refused, notSent } = await write(false);
  if (refused !== undefined) return `refused: ${refused}`;
  return notSent === true ? 'not sent' : effectOf(before, await tools.live(name));
}

async function rowOf(tools: Tools, one: Seen): Promise<Row> {
  const { writer, declared, written, effect, meanwhile, after, next } = one;
  if (written === undefined || effect === undefined || meanwhile === undefined || after === undefined) {
    throw new Error(`${writer.name} has not been through all phases`);
  }
  const meant = await asStoredWithoutUs(tools, writer.meant);
  const isMeant = (pool: KubeObject) => sameJson(pool.spec, meant.spec) && !bearsMark(pool);
  const owners = [declared, meanwhile, next?.stored ?? after].flatMap((pool) =>
    pool === undefined ? [] : [ownersIn(pool)],
  );
  const ownersOf = (list: 'requirements' | 'budgets') =>
    owners
      .map((each) => each[list])
      .filter((each, index, all) => each !== all[index - 1])
      .join(' → ');
  return {
    does: writer.does,
    meanwhile: { ...storedIn(meanwhile), write: effect, ...seenBesides(one, written) },
    owners: { requirements: ownersOf('requirements'), budgets: ownersOf('budgets') },
    after: { ...storedIn(after), asMeant: isMeant(after) },
    ...(next === undefined
      ? {}
      : { next: { ...storedIn(next.stored), write: next.effect, asMeant: isMeant(next.stored) } }),
    ...(writer.whatToDo === undefined ? {} : { whatToDo: writer.whatToDo }),
  };
}

function seenBesides({ again, dryRun, diff }: Seen, written: KubeObject): Partial<Row['meanwhile']> {
  const equal = dryRun?.object && sameJson(content(dryRun.object), content(written));
  return {
    ...(again === undefined ? {} : { again }),
    ...(equal === undefined ? {} : { dryRun: equal ? 'equal' : 'differs' }),
    ...(diff === undefined ? {} : { diff: diff ? 'clean' : 'not clean' }),
  };
}

/** The manifest with the CRD's defaults and without enforcement: a dry run of an exempt NodePool tells. */
async function asStoredWithoutUs({ client }: Tools, meant: KubeObject): Promise<KubeObject> {
  const annotations = { ...meant.metadata.annotations, [EXEMPT_ANNOTATION]: 'off' };
  // Labels decide which other webhooks have their say, and what they add is meant too.
  const probe = {
    ...meant,
    metadata: { ...meant.metadata, name: `${meant.metadata.name}-meant`, annotations },
  };
  return client.create(resources.nodePools, probe, { dryRun: true });
}

/** Comes true by itself: the watcher changes every NodePool that is open to the zone. */
export function untilNobodyTargets(
  tools: Tools,
  cases: readonly Pick<WriterCase, 'name'>[],
): Promise<unknown> {
  return until(`no NodePool targets ${AWAY.name}`, async () =>
    (await stored(tools, cases)).every((pool) => !targets(pool, AWAY.name)),
  );
}

export function untilNoMarks(tools: Tools, cases: readonly Pick<WriterCase, 'name'>[]): Promise<unknown> {
  return until('no NodePool bears a mark', async () =>
    (await stored(tools, cases)).every((pool) => !bearsMark(pool)),
  );
}

async function stored({ client }: Tools, cases: readonly Pick<WriterCase, 'name'>[]): Promise<KubeObject[]> {
  const names = new Set(cases.map(({ name }) => name));
  const { items } = await client.listAll(resources.nodePools);
  return items.filter(({ metadata }) => names.has(metadata.name ?? ''));
}

export async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await until('the next second has begun', () => Math.floor(Date.now() / 1000) > now);
}

/** A kubectl each takes most of a core for a tenth of a second. */
async function fourAtATime<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}
