import { z } from 'zod';
import type { Manifest } from './manifests.ts';
import type { ProbeTiming } from './readiness-probe.ts';

/** What the product's Deployment says about when a pod is ready, and about how one takes another's place. */
export interface Rollout {
  readonly probe: ProbeTiming;
  readonly replicas: number;
  readonly minReadyMs: number;
  readonly graceMs: number;
}

const deploymentSchema = z.object({
  spec: z.object({
    replicas: z.number(),
    minReadySeconds: z.number(),
    // What the tests play: a new pod first, and an old one when that is ready.
    strategy: z.object({
      rollingUpdate: z.object({ maxUnavailable: z.literal(0), maxSurge: z.literal(1) }),
    }),
    template: z.object({
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        containers: z.array(
          z.object({
            name: z.string(),
            readinessProbe: z.object({
              periodSeconds: z.number(),
              timeoutSeconds: z.number(),
              failureThreshold: z.number(),
            }),
          }),
        ),
      }),
    }),
  }),
});

/** Reads it from the manifests that users apply, so that what is tested is what they get. */
export function rolloutOf(manifests: readonly Manifest[]): Rollout {
  const found = manifests.find(({ kind }) => kind === 'Deployment');
  const { spec } = deploymentSchema.parse(found);
  const webhook = spec.template.spec.containers.find(({ name }) => name === 'webhook');
  if (webhook === undefined) throw new Error('the Deployment has no container webhook');
  const { periodSeconds, timeoutSeconds, failureThreshold } = webhook.readinessProbe;
  return {
    probe: { periodMs: periodSeconds * 1000, timeoutMs: timeoutSeconds * 1000, failureThreshold },
    replicas: spec.replicas,
    minReadyMs: spec.minReadySeconds * 1000,
    graceMs: spec.template.spec.terminationGracePeriodSeconds * 1000,
  };
}
