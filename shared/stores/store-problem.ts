import type { LoopProblem } from '../kube/watch-loop.ts';

/**
 * `closed` is the server's ordinary end of a watch (no error); `gone` a 410; `inactive` a silent connection, dead or
 * just idle: ordinary on a quiet cluster; `list` and `watch` any other failure; `parse` an object that cannot be read,
 * with its key; `handler` something that listens and has thrown.
 */
export interface StoreProblem {
  readonly kind: LoopProblem | 'parse' | 'handler';
  readonly error?: unknown;
  readonly key?: string;
}

/**
 * Whether somebody should look at it. A watch that the server ends, and one that was silent for long (an idle cluster
 * sends bookmarks rarely), are followed by the next one and lose nothing.
 */
export function isTrouble(kind: StoreProblem['kind']): boolean {
  return kind !== 'closed' && kind !== 'inactive';
}
