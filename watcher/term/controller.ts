import type { Listenable } from '../../shared/stores/listenable.ts';

/**
 * One duty of the leader: it looks at all that concerns it and does what is missing. It remembers nothing but when to try
 * again, so that it may be killed at any point. Made anew for each term.
 */
export interface Controller {
  readonly name: string;
  /** `background` begins only while no duty that a shift waits for is at work. */
  readonly rank: 'shift' | 'background';
  /** What makes it look again at once. */
  readonly wokenBy: readonly Listenable[];
  /**
   * One look, and what follows from it.
   *
   * @returns in how many milliseconds to look again, whatever is or is not heard
   * @throws anything: it is told, and followed by another look after a back-off, not before a server's Retry-After
   */
  reconcile(signal: AbortSignal): Promise<{ readonly againInMs: number }>;
}
