import { ARCZonalShiftClient, type ARCZonalShiftClientConfig } from '@aws-sdk/client-arc-zonal-shift';
import { onTestFinished } from 'vitest';
import { createArcApi } from '../../../watcher/controllers/arc/arc-api.ts';
import { type ArcApi, type ArcApiOptions, startArcApi } from '../../standins/arc-api.ts';

export const CLUSTER = 'arn:aws:eks:us-east-1:123456789012:cluster/checkout';
/** 2026-11-21T08:00:00Z, in seconds. */
export const EIGHT = 1_795_248_000;
/** A signal that never aborts. */
export const never = new AbortController().signal;

/** A stand-in that ends with the test, and knows the cluster. */
export async function arc(options: ArcApiOptions = {}): Promise<ArcApi> {
  const api = await startArcApi(options);
  onTestFinished(() => api.stop());
  api.model.register(CLUSTER);
  return api;
}

/** A client as the watcher makes it, for a stand-in; it ends with the test. */
export function clientFor(
  api: Pick<ArcApi, 'endpoint' | 'region' | 'credentials'>,
  more: ARCZonalShiftClientConfig = {},
): ARCZonalShiftClient {
  const { endpoint, region, credentials } = api;
  const client = new ARCZonalShiftClient({ endpoint, region, credentials, ...more });
  onTestFinished(() => client.destroy());
  return client;
}

/** The adapter over such a client, with a resource unless `undefined` is asked for. */
export function asking(
  api: Pick<ArcApi, 'endpoint' | 'region' | 'credentials'>,
  more: { client?: ARCZonalShiftClientConfig; resourceArn?: string | undefined; deadlineMs?: number } = {},
) {
  const resourceArn = 'resourceArn' in more ? more.resourceArn : CLUSTER;
  return createArcApi({
    client: clientFor(api, more.client),
    resourceArn,
    now: Date.now,
    ...(more.deadlineMs === undefined ? {} : { deadlineMs: more.deadlineMs }),
  });
}
