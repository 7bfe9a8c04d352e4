import { z } from 'zod';
import { amountOf } from '../../shared/policy/values/quantity.ts';
import type { Manifest } from '../../test/installation/manifests.ts';

/** What decides about the heap of the watcher in its pod. */
export interface WatcherContainer {
  readonly limitMib: number;
  /** Flags of Node that the Deployment gives, as an argument or in NODE_OPTIONS. */
  readonly flags: readonly string[];
}

const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.object({
            name: z.string(),
            command: z.array(z.string()),
            env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
            resources: z.object({ limits: z.object({ memory: z.string() }) }),
          }),
        ),
      }),
    }),
  }),
});

/** Reads it from the manifests that users apply. */
export function watcherContainerIn(manifests: readonly Manifest[]): WatcherContainer {
  const { spec } = deploymentSchema.parse(manifests.find(({ kind }) => kind === 'Deployment'));
  const watcher = spec.template.spec.containers.find(({ name }) => name === 'watcher');
  if (watcher === undefined) throw new Error('the Deployment has no container watcher');
  const { command, env, resources } = watcher;
  const inEnvironment = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  return {
    limitMib: (amountOf(resources.limits.memory) ?? 0) / 2 ** 20,
    flags: [...inEnvironment.split(' '), ...command].filter((word) => word.startsWith('--')),
  };
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
