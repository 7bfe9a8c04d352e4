import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  ARCZonalShiftClient,
  ARCZonalShiftServiceException,
  GetManagedResourceCommand,
  ListAutoshiftsCommand,
  ListZonalShiftsCommand,
} from '@aws-sdk/client-arc-zonal-shift';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { z } from 'zod';
import type { ArcApi } from '../../standins/arc-api.ts';
import { arc, clientFor, EIGHT } from './asking-arc.ts';

/**
 * Compares the client with botocore, which has AWS's own description of the service: both ask the same stand-in.
 * What botocore sends is also signed by somebody who is neither the SDK nor this repository.
 */
const botocore = spawnSync('python3', ['-c', 'import botocore.session'], { encoding: 'utf8' });

function needsBotocore({ skip }: TestContext): void {
  skip(botocore.status !== 0, 'python3 with botocore is not installed on this machine');
}

const answersSchema = z.object({
  answers: z.array(z.record(z.string(), z.unknown())),
  addresses: z.array(z.tuple([z.string(), z.boolean(), z.boolean(), z.string().nullable()])),
});

type Call = readonly [
  'list_autoshifts' | 'list_zonal_shifts' | 'get_managed_resource',
  Record<string, unknown>,
];

async function askBotocore(api: ArcApi, calls: readonly Call[], regions: readonly string[] = []) {
  const child = spawn('python3', [join(import.meta.dirname, 'same-as-botocore.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const { endpoint, region, credentials } = api;
  child.stdin.end(JSON.stringify({ endpoint, region, credentials, calls, regions }));
  return answersSchema.parse(JSON.parse(await text(child.stdout)));
}

const ARN = "arn:aws:eks:us-east-1:123456789012:cluster/it's (1) *größe* ~x~/y%2F+z=&?#";

const inputs = [
  { list: 'autoshifts', input: {} },
  { list: 'autoshifts', input: { status: 'COMPLETED', maxResults: 7 } },
  { list: 'autoshifts', input: { maxResults: 1, nextToken: "no+such/= token?&#%~*'()é" } },
  { list: 'zonalshifts', input: {} },
  { list: 'zonalshifts', input: { status: 'ACTIVE', maxResults: 100, resourceIdentifier: ARN } },
  { list: 'resource', input: { resourceIdentifier: ARN } },
  { list: 'resource', input: { resourceIdentifier: `${ARN}-unknown` } },
] as const;

const calls: readonly Call[] = inputs.map(({ list, input }) => [
  (
    {
      autoshifts: 'list_autoshifts',
      zonalshifts: 'list_zonal_shifts',
      resource: 'get_managed_resource',
    } as const
  )[list],
  { ...input },
]);

/** The same questions with our client, answered in the form in which the Python script prints them. */
async function askHere(client: ARCZonalShiftClient): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  for (const { list, input } of inputs) {
    try {
      if (list === 'autoshifts') answers.push({ ...(await client.send(new ListAutoshiftsCommand(input))) });
      else if (list === 'zonalshifts')
        answers.push({ ...(await client.send(new ListZonalShiftsCommand(input))) });
      else answers.push({ ...(await client.send(new GetManagedResourceCommand(input))) });
    } catch (error) {
      if (!(error instanceof ARCZonalShiftServiceException)) throw error;
      answers.push({ error: error.name, status: error.$metadata.httpStatusCode });
    }
  }
  return answers.map(({ $metadata: _, ...answer }) => answer);
}

/** Dates as milliseconds, as the script prints them. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

function populate({ model }: ArcApi): void {
  Object.assign(model.register(ARN), {
    appliedWeights: { 'use1-az1': 0, 'use1-az2': 0.25, 'use1-az3': 1 },
    practiceRunConfiguration: {
      outcomeAlarms: [{ type: 'CLOUDWATCH', alarmIdentifier: 'arn:aws:cloudwatch:x:1:alarm:a' }],
      blockingAlarms: [{ type: 'CLOUDWATCH', alarmIdentifier: 'arn:aws:cloudwatch:x:1:alarm:b' }],
      blockedWindows: ['Mon:10:00-Mon:11:00'],
      allowedWindows: ['Tue:10:00-Tue:11:00'],
      blockedDates: ['2026-11-27'],
    },
  });
  model.startAutoshift('use1-az1', EIGHT + 0.25, ARN);
  model.startAutoshift('use1-az3', EIGHT);
  model.endAutoshift('use1-az3', EIGHT + 90.125);
  model.startZonalShift(ARN, 'use1-az2', EIGHT, { practiceRunOutcome: 'PENDING', shiftType: 'PRACTICE_RUN' });
  model.startZonalShift(ARN, 'use1-az3', EIGHT + 1.75, { shiftType: 'LATER_ADDED', status: 'ACTIVE' });
}

describe('botocore', () => {
  it('sends the same requests, and reads the same in the answers', async (context) => {
    needsBotocore(context);
    const api = await arc({ sessionToken: 'IQoJb3JpZ2luX2VjEJr+/==' });
    populate(api);
    const here = await askHere(clientFor(api, { maxAttempts: 1 }));
    const ours = api.requests.splice(0);
    const { answers } = await askBotocore(api, calls);
    const theirs = api.requests.splice(0);
    expect(answers).toHaveLength(calls.length);
    expect(plain(here)).toEqual(answers);
    const asked = (requests: typeof ours) =>
      requests.map(({ method, target, query, signed, operation }) => ({
        operation,
        method,
        path: target.split('?')[0],
        query,
        signed,
      }));
    expect(asked(ours)).toEqual(asked(theirs));
    expect(theirs.every(({ signed }) => signed)).toBe(true);
  });

  it('gives the same names to what goes wrong', async (context) => {
    needsBotocore(context);
    const api = await arc();
    for (const fault of ['throttled', 'denied', 'internal', 'not-found', 'invalid'] as const) {
      api.misbehave('all', fault);
      const here = await askHere(clientFor(api, { maxAttempts: 1 }));
      expect((await askBotocore(api, calls)).answers).toEqual(here);
      api.heal();
    }
  });

  it('finds the service at the same addresses', async (context) => {
    needsBotocore(context);
    const regions = [
      'us-east-1',
      'eu-west-3',
      'cn-north-1',
      'us-gov-west-1',
      'us-iso-east-1',
      'us-isob-east-1',
    ];
    const { addresses } = await askBotocore(await arc(), [], [...regions, 'eusc-de-east-1', 'mars-north-7']);
    const client = new ARCZonalShiftClient({ region: 'us-east-1' });
    onTestFinished(() => client.destroy());
    const here = addresses.map(([Region, UseFIPS, UseDualStack]) => {
      const { url } = client.config.endpointProvider({ Region, UseFIPS, UseDualStack });
      return [Region, UseFIPS, UseDualStack, url.href.replace(/\/$/, '')];
    });
    expect(addresses).toHaveLength(32);
    expect(here).toEqual(addresses);
  });
});
