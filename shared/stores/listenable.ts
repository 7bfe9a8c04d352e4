import { KubeError } from '../kube/errors.ts';

/** Something that changes, and says so. It does not say how: whoever hears of it looks. */
export interface Listenable {
  /** @returns ends it */
  listen(changed: () => void): () => void;
}

const rethrow = (error: unknown): void => {
  throw error;
};

/** Those who want to hear of a change. */
export class Listeners implements Listenable {
  readonly #all = new Set<() => void>();

  listen(changed: () => void): () => void {
    this.#all.add(changed);
    return () => this.#all.delete(changed);
  }

  /** @param onThrow hears what one of them throws; the others are told all the same */
  tell(onThrow = rethrow): void {
    for (const changed of this.#all) {
      try {
        changed();
      } catch (error) {
        onThrow(error);
      }
    }
  }
}

/**
 * Resolves when something holds, which is looked at now and at each change. @throws KubeError `kube.aborted` when the
 * signal aborts first.
 */
export function untilHolds(source: Listenable, holds: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (holds()) resolve();
      else if (signal.aborted) reject(new KubeError('kube.aborted', 'gave up waiting for the API server'));
      else return;
      endListening();
      signal.removeEventListener('abort', look);
    };
    const endListening = source.listen(look);
    signal.addEventListener('abort', look);
    look();
  });
}
