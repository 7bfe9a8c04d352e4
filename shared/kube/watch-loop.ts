import { setTimeout as sleep } from 'node:timers/promises';
import type { Backoff } from './backoff.ts';
import type { KubeClient, Selection } from './client.ts';
import { isGone, KubeError, retryAfterMs } from './errors.ts';
import { hasMore, pagesOf } from './list-pages.ts';
import type { KubeObject, WatchEvent } from './object.ts';
import type { ResourceType } from './resource.ts';
import { inactiveReason } from './watch-stream.ts';

/** What ended a list or a watch. `closed` is the ordinary end by the server and carries no error. */
export type LoopProblem = 'list' | 'watch' | 'gone' | 'inactive' | 'closed';

export interface WatchLoopOptions {
  client: KubeClient;
  type: ResourceType;
  query: Selection;
  /** How many objects are read at a time; as many as for each kind where it is not said. */
  pageSize?: number | undefined;
  backoff: Backoff;
  random: () => number;
  /** Bounds of the random time after which the server ends a watch, so that many clients do not return together. */
  watchTimeoutSeconds: readonly [number, number];
  inactivityMs: number;
  relistEveryMs: number;
  /** A watch that lasted this long proves that all is well: the back-off starts anew. */
  healthyMs: number;
  /** A watch that the server closed in order before this time counts as a failure. */
  shortWatchMs: number;
  /** A list begins; pages of it follow. One that fails half way is followed by another that begins anew. */
  onListBegins: () => void;
  /** The next objects of the list. Nobody keeps them: what is to be kept is made of them now. */
  onPage: (objects: readonly KubeObject[]) => void;
  /** All objects there are have been handed over. */
  onListed: () => void;
  onEvent: (event: WatchEvent) => void;
  onProblem: (kind: LoopProblem, error?: unknown) => void;
}

/**
 * Refused watches in a row, none of which heard anything, after which the resource version itself is doubted: it may
 * be from before a restore of etcd, or be followed by something that cannot be read.
 */
const refusalsBeforeRelist = 3;

type WatchEnd = { kind: 'stopped' | 'relist' } | { kind: LoopProblem; error?: unknown };

/** Lists and watches until the signal aborts; nothing else ends it, and it never rejects. */
export async function runWatchLoop(options: WatchLoopOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const resourceVersion = await list(options, signal);
    if (resourceVersion !== undefined) await watchUntilRelist(options, resourceVersion, signal);
  }
}

/** Returns the resource version of a complete list, or undefined after a failure and its back-off. */
async function list(options: WatchLoopOptions, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await listPages(options, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    options.onProblem('list', error);
    await pause(options.backoff.next(retryAfterMs(error)), signal);
    return undefined;
  }
}

/**
 * Reads a list page by page. A list of thousands of objects held as a whole cost more memory than all that is kept of it:
 * 285 MiB for 5,000 Nodes (docs/benchmarks.md, leader-memory).
 */
async function listPages(options: WatchLoopOptions, signal: AbortSignal): Promise<string | undefined> {
  const { client, type, query, pageSize } = options;
  options.onListBegins();
  const wanted = pageSize === undefined ? query : { ...query, limit: pageSize };
  for await (const { metadata, items } of pagesOf((page) => client.list(type, page, { signal }), wanted)) {
    if (signal.aborted) return undefined;
    options.onPage(items);
    if (hasMore(metadata)) continue;
    if (metadata.resourceVersion === undefined) {
      throw new KubeError('kube.undecodable', `list ${type.plural}: the list has no resourceVersion`);
    }
    options.onListed();
    return metadata.resourceVersion;
  }
  return undefined;
}

/** Watches again and again until it is time for the safety net, or the resource version has become useless. */
async function watchUntilRelist(
  options: WatchLoopOptions,
  listed: string,
  signal: AbortSignal,
): Promise<void> {
  // Jittered downwards by up to a fifth, so that replicas do not list together.
  const relistAt = performance.now() + options.relistEveryMs * (1 - 0.2 * options.random());
  const position = { resourceVersion: listed, heard: false };
  let refusals = 0;
  while (!signal.aborted && performance.now() < relistAt && refusals < refusalsBeforeRelist) {
    position.heard = false;
    const startedAt = performance.now();
    const end = await watchOnce(options, position, relistAt, signal);
    if (end.kind === 'stopped' || end.kind === 'relist') return;
    options.onProblem(end.kind, 'error' in end ? end.error : undefined);
    await pause(delayAfter(options, end, performance.now() - startedAt), signal);
    if (end.kind === 'gone') return;
    if (position.heard || end.kind === 'closed') refusals = 0;
    else if (isRefusal(end)) refusals += 1;
  }
}

async function watchOnce(
  options: WatchLoopOptions,
  position: { resourceVersion: string; heard: boolean },
  relistAt: number,
  signal: AbortSignal,
): Promise<WatchEnd> {
  const relist = new AbortController();
  const timer = setTimeout(() => relist.abort(), relistAt - performance.now());
  const [least, most] = options.watchTimeoutSeconds;
  try {
    const events = options.client.watch(
      options.type,
      {
        ...options.query,
        resourceVersion: position.resourceVersion,
        timeoutSeconds: Math.round(least + (most - least) * options.random()),
      },
      { signal: AbortSignal.any([signal, relist.signal]), inactivityMs: options.inactivityMs },
    );
    for await (const event of events) {
      position.heard = true;
      position.resourceVersion = event.object.metadata.resourceVersion ?? position.resourceVersion;
      options.onEvent(event);
    }
    return { kind: 'closed' };
  } catch (error) {
    return { kind: endOf(error, signal, relist.signal), error };
  } finally {
    clearTimeout(timer);
  }
}

function endOf(error: unknown, stop: AbortSignal, relist: AbortSignal): WatchEnd['kind'] {
  if (stop.aborted) return 'stopped';
  if (relist.aborted) return 'relist';
  if (isGone(error)) return 'gone';
  return error instanceof KubeError && error.reason === inactiveReason ? 'inactive' : 'watch';
}

/** Whether the server itself failed this watch; a lost connection or a 429 says nothing about the resource version. */
function isRefusal(end: WatchEnd): boolean {
  const error = 'error' in end ? end.error : undefined;
  return error instanceof KubeError && error.code !== 'kube.unreachable' && error.code !== 'kube.throttled';
}

/**
 * How long to be deaf after a watch has ended. The back-off is a distance between the beginnings of two watches, so
 * the time that the watch lasted counts; and after long health the first 410 or short watch costs no wait at all.
 */
function delayAfter(options: WatchLoopOptions, end: WatchEnd, lastedMs: number): number {
  const { backoff } = options;
  if (lastedMs >= options.healthyMs) backoff.reset();
  if (end.kind === 'closed' && lastedMs >= options.shortWatchMs) return 0;
  const fresh = backoff.attempts === 0;
  const drawn = backoff.next();
  if (fresh && (end.kind === 'closed' || end.kind === 'gone')) return 0;
  return Math.max(drawn - lastedMs, retryAfterMs('error' in end ? end.error : undefined));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}
