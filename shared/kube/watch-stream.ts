import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { openCallScope } from './call-scope.ts';
import { decodeWatchLine } from './decode.ts';
import { KubeError, unreachable } from './errors.ts';
import type { WatchEvent } from './object.ts';
import type { HttpCall, Transport } from './transport.ts';
import { readRefusal } from './unary-call.ts';

export interface WatchLimits {
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Time until the head of the answer, in milliseconds. */
  readonly connectMs: number;
  /** Longest silence on an open watch, in milliseconds. */
  readonly inactivityMs: number;
}

/** The `reason` of the `kube.timeout` that ends a watch on which nothing was heard. */
export const inactiveReason = 'Inactive';

/**
 * One watch, from its request to its end. Ends normally when the server closes it in order; everything else is
 * thrown: `kube.timeout` (reason `Inactive` after silence), `kube.unreachable`, `kube.undecodable`, `kube.aborted`,
 * `kube.gone` and the other codes of a status. When the iteration is over, for whatever reason, so is the stream.
 */
export async function* watchStream(
  transport: Transport,
  call: HttpCall,
  limits: WatchLimits,
): AsyncGenerator<WatchEvent, void, undefined> {
  const scope = openCallScope(call.where, limits.signals);
  let response: IncomingMessage | undefined;
  try {
    scope.expireIn(
      limits.connectMs,
      'kube.timeout',
      `the watch was not accepted within ${limits.connectMs} ms`,
    );
    response = await transport.send(call, scope.signal);
    if (response.statusCode !== 200) return await readRefusal(response, call);
    // Only waiting for the server counts as silence, not the time that the reader of the events takes.
    const listen = () =>
      scope.expireIn(
        limits.inactivityMs,
        'kube.timeout',
        `nothing heard for ${limits.inactivityMs} ms, the connection is taken for dead`,
        inactiveReason,
      );
    listen();
    let rest = '';
    response.setEncoding('utf8');
    for await (const chunk of response) {
      scope.rest();
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        scope.signal.throwIfAborted();
        if (line !== '') yield decodeWatchLine(line, call.where);
      }
      listen();
    }
    if (rest !== '') yield decodeWatchLine(rest, call.where);
  } catch (error) {
    const blamed = scope.blame(error);
    throw blamed instanceof KubeError ? blamed : unreachable(`${call.where}: the watch broke off`, blamed);
  } finally {
    scope.close();
    await closed(response);
  }
}

/** Returns when the stream holds no connection any more; one that ended in order goes back to the pool. */
async function closed(response: IncomingMessage | undefined): Promise<void> {
  if (response === undefined || response.closed) return;
  response.destroy();
  if (!response.closed) await once(response, 'close').catch(() => undefined);
}
