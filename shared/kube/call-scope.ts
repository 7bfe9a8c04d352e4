import { KubeError, type KubeErrorCode } from './errors.ts';

/**
 * Opens the scope of one call: everything that can end it from outside, joined in one signal whose reason is the error to
 * throw. `where` (verb and path) leads every message; each of `signals` ends the call with
 * `kube.aborted`.
 */
export function openCallScope(where: string, signals: readonly (AbortSignal | undefined)[]) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const detach: (() => void)[] = [];

  for (const signal of signals) {
    if (signal === undefined) continue;
    const abort = () => {
      const cause: unknown = signal.reason;
      controller.abort(new KubeError('kube.aborted', `${where}: the caller gave it up`, { cause }));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    detach.push(() => signal.removeEventListener('abort', abort));
  }

  return {
    signal: controller.signal,
    /** Ends the call after `ms` of waiting; a second call starts the time anew. */
    expireIn(ms: number, code: KubeErrorCode, what: string, reason?: string): void {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(new KubeError(code, `${where}: ${what}`, { reason })), ms);
    },
    /** Stops the time that `expireIn` started. */
    rest(): void {
      clearTimeout(timer);
    },
    /** What ended the call, or, if nothing outside did, what was thrown. */
    blame: (thrown: unknown): unknown => (controller.signal.aborted ? controller.signal.reason : thrown),
    /** Frees timer and listeners; to be called in a finally block. */
    close(): void {
      clearTimeout(timer);
      for (const undo of detach) undo();
    },
  };
}
