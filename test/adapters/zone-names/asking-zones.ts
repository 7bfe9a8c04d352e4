import { onTestFinished } from 'vitest';
import { createEc2Zones, type Ec2Zones } from '../../../watcher/zone-names/describe-zones.ts';
import { type Ec2Api, type StandInZone, startEc2Api } from '../../standins/ec2-api.ts';

/** A Region with a Local Zone and a Wavelength Zone that hang on its first zone, and one that is not opted in. */
export const REGION: readonly StandInZone[] = [
  { id: 'use1-az1', name: 'us-east-1a' },
  { id: 'use1-az2', name: 'us-east-1d' },
  { id: 'use1-qro1-az1', name: 'us-east-1-qro-1a', type: 'local-zone', parentId: 'use1-az1' },
  { id: 'use1-wl1-bos-wlz1', name: 'us-east-1-wl1-bos-wlz-1', type: 'wavelength-zone', parentId: 'use1-az1' },
  { id: 'use1-chi2-az1', name: 'us-east-1-chi-2a', type: 'local-zone', parentId: 'use1-az2', optedOut: true },
];

/** A stand-in that ends with the test. */
export async function ec2(zones: readonly StandInZone[] = REGION): Promise<Ec2Api> {
  const api = await startEc2Api(zones);
  onTestFinished(() => api.stop());
  return api;
}

/** The adapter for it, which ends with the test; without retries unless asked for. */
export function asking(
  api: Pick<Ec2Api, 'endpoint' | 'region' | 'credentials'>,
  more: {
    readonly deadlineMs?: number;
    readonly maxAttempts?: number;
    readonly secretAccessKey?: string;
  } = {},
): Ec2Zones {
  const { deadlineMs, maxAttempts = 1, secretAccessKey = api.credentials.secretAccessKey } = more;
  const zones = createEc2Zones({
    region: api.region,
    endpoint: api.endpoint,
    client: { credentials: { ...api.credentials, secretAccessKey }, maxAttempts },
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  onTestFinished(() => zones.close());
  return zones;
}
