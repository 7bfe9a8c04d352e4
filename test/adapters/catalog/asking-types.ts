import { onTestFinished } from 'vitest';
import { type FetchEc2Options, fetchEc2Catalog } from '../../../shared/aws-sdk/fetch-ec2.ts';
import { type Ec2TypesApi, type StandInType, startEc2TypesApi } from '../../standins/ec2-types-api.ts';

export const MADE_AT = '2026-11-21T18:00:00Z';

/** Five types: one is a Mac, one is offered nowhere, one only on demand. */
export const TYPES: readonly StandInType[] = [
  { name: 'm5.large', zones: ['use1-az2', 'use1-az1'] },
  { name: 'c6g.xlarge', architecture: 'arm64', cpu: 4, zones: ['use1-az1'] },
  { name: 'mac2.metal', architecture: 'arm64_mac', zones: ['use1-az1'] },
  { name: 'r5.large', zones: [] },
  { name: 'c5.large', usageClasses: ['on-demand', 'capacity-block'], zones: ['use1-az2'] },
];

/** A stand-in that ends with the test. */
export async function ec2Types(types: readonly StandInType[] = TYPES): Promise<Ec2TypesApi> {
  const api = await startEc2TypesApi(types);
  onTestFinished(() => api.stop());
  return api;
}

/** Asks it, without retries unless asked for. */
export function fetchFrom(
  { endpoint }: { readonly endpoint: string },
  { maxAttempts = 1, ...options }: Partial<FetchEc2Options> & { readonly maxAttempts?: number } = {},
) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return fetchEc2Catalog({
    region: 'us-east-1',
    endpoint,
    signal: new AbortController().signal,
    madeAt: MADE_AT,
    client: { credentials, maxAttempts },
    ...options,
  });
}
