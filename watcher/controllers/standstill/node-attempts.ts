import { type Backoff, createBackoff } from '../../../shared/kube/backoff.ts';
import { retryAfterMs } from '../../../shared/kube/errors.ts';
import type { NodeWrite } from '../../../shared/stores/write-node.ts';
import type { NodeView } from '../../../shared/views/node.ts';

/** For how long a written Node may still be shown as it was before; after that it is tried again. */
const CACHE_LAG_MS = 5000;

interface Attempt {
  readonly resourceVersion: string;
  readonly notBefore: number;
  /** Only after a failure: then a newer state of the Node is no reason to try sooner. */
  readonly backoff?: Backoff;
}

/**
 * When a Node may be written again. Only good manners: nothing depends on it but how often the API server is asked.
 * Many Nodes change every second, and each change is a reason to look at all of them.
 */
export class NodeAttempts {
  readonly #attempts = new Map<string, Attempt>();

  mayTry(node: NodeView, nowMs: number): boolean {
    const attempt = this.#attempts.get(node.name);
    if (attempt === undefined || nowMs >= attempt.notBefore) return true;
    return attempt.backoff === undefined && node.resourceVersion !== attempt.resourceVersion;
  }

  /** @param error what a write failed with: it is not tried again before the time that the server asked for */
  note(node: NodeView, result: NodeWrite, nowMs: number, error?: unknown): void {
    const { name, resourceVersion } = node;
    if (result !== 'failed') {
      this.#attempts.set(name, { resourceVersion, notBefore: nowMs + CACHE_LAG_MS });
      return;
    }
    const backoff = this.#attempts.get(name)?.backoff ?? createBackoff({ baseMs: 1000, capMs: 60_000 });
    this.#attempts.set(name, {
      resourceVersion,
      notBefore: nowMs + backoff.next(retryAfterMs(error)),
      backoff,
    });
  }

  /** Forgets Nodes that are not there any more. */
  keepOnly(nodes: readonly NodeView[]): void {
    if (this.#attempts.size === 0) return;
    const present = new Set(nodes.map(({ name }) => name));
    for (const name of this.#attempts.keys()) if (!present.has(name)) this.#attempts.delete(name);
  }
}
