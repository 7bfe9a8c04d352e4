import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { askInTime } from '../../shared/aws-sdk/ask-in-time.ts';
import { toEc2ApiError } from './ec2-trouble.ts';

/** For the answer, with the SDK's retries. */
export const EC2_DEADLINE_MS = 10_000;

/** A zone as EC2 tells it. */
export interface Ec2Zone {
  readonly id: string;
  readonly name: string;
  /** Of a Local Zone or a Wavelength Zone: the ID of the Availability Zone that it hangs on. */
  readonly parentId: string | undefined;
}

/** EC2's DescribeAvailabilityZones for one Region. */
export interface Ec2Zones {
  /**
   * The zones that the account may use: at least one.
   * @throws Ec2ApiError, or the signal's reason when it aborts
   */
  ask(signal: AbortSignal): Promise<readonly Ec2Zone[]>;
  /** Ends the client's connections. */
  close(): void;
}

/** A Region has zones: none is an answer of something else. */
const answerSchema = z.object({
  AvailabilityZones: z
    .array(
      z.object({
        ZoneId: z.string().min(1),
        ZoneName: z.string().min(1),
        ZoneType: z.string().optional(),
        ParentZoneId: z.string().optional(),
      }),
    )
    .min(1),
});

const CHILD_TYPES: readonly (string | undefined)[] = ['local-zone', 'wavelength-zone'];

/** Does nothing before it is asked: the client for EC2 takes 64 MB of memory and a quarter of a second to load. */
export function createEc2Zones(options: {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  /** `EC2_DEADLINE_MS` unless a test is in a hurry. */
  readonly deadlineMs?: number;
  /** For the client, besides Region and endpoint. */
  readonly client?: EC2ClientConfig;
}): Ec2Zones {
  const { region, endpoint, deadlineMs = EC2_DEADLINE_MS } = options;
  const configuration: EC2ClientConfig = {
    ...options.client,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  let client: EC2Client | undefined;

  const describe = async (abortSignal: AbortSignal): Promise<readonly Ec2Zone[]> => {
    const ec2 = await import('@aws-sdk/client-ec2');
    client ??= new ec2.EC2Client(configuration);
    const command = new ec2.DescribeAvailabilityZonesCommand({ AllAvailabilityZones: false });
    const { AvailabilityZones: zones } = answerSchema.parse(await client.send(command, { abortSignal }));
    return zones.map(({ ZoneId, ZoneName, ZoneType, ParentZoneId }) => ({
      id: ZoneId,
      name: ZoneName,
      parentId: CHILD_TYPES.includes(ZoneType) ? ParentZoneId || undefined : undefined,
    }));
  };

  return {
    ask: (signal) => askInTime(describe, { signal, deadlineMs }, toEc2ApiError),
    close: () => client?.destroy(),
  };
}
