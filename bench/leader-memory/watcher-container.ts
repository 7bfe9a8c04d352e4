import type { Manifest } from '../../test/installation/manifests.ts';
import { containerOf } from '../../test/installation/product-container.ts';

/** What decides about the heap of the watcher in its pod. */
export interface WatcherContainer {
  readonly limitMib: number;
  /** Flags of Node that the Deployment gives, as an argument or in NODE_OPTIONS. */
  readonly flags: readonly string[];
}

/** Reads it from the manifests that users apply. */
export function watcherContainerIn(manifests: readonly Manifest[]): WatcherContainer {
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  const { limitBytes, flags } = containerOf(deployment, 'watcher');
  return { limitMib: limitBytes / 2 ** 20, flags };
}

/**
 * The flags that give Node on this machine the heap that it takes by itself in a container of that limit. Node 24 takes
 * half of the limit and never less than 256 MiB for old objects, and up to a limit of 512 MiB semi-spaces of 1 MiB, above
 * it of 16 MiB (as issues report it that measured it: github.com/nodejs/node/issues/64646, github.com/nubjs/nub/pull/917). The
 * heap decides how much garbage there may be, and with it how much memory a process takes.
 */
export function flagsOfContainer(limitMib: number): string[] {
  const old = Math.max(256, Math.floor(limitMib / 2));
  return [`--max-old-space-size=${old}`, `--max-semi-space-size=${limitMib <= 512 ? 1 : 16}`];
}
