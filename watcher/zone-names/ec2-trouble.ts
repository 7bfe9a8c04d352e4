import { EC2_ERROR_NAMES } from '../../shared/aws-sdk/ec2-error-names.ts';
import { type SdkTrouble, sdkTroubleOf } from '../../shared/aws-sdk/sdk-trouble.ts';
import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

type Ec2ErrorCode = `ec2.${SdkTrouble}`;

const advice: Readonly<Record<Ec2ErrorCode, string>> = {
  'ec2.denied':
    'check the pod\'s role, its credentials and the clock, and grant it ec2:DescribeAvailabilityZones on "*"',
  'ec2.throttled': 'it is asked again later; look for what else in this account asks EC2 often',
  'ec2.unavailable': 'it is asked again; look at the network and the health of AWS if it lasts',
  'ec2.no-endpoint': 'check the AWS Region and the endpoint of EC2',
  'ec2.unreadable':
    'it is asked again; nothing of this answer is believed, look for a newer version if it lasts',
};

/** EC2 did not answer, or not in a way that can be believed. Names that are known stay. */
export class Ec2ApiError extends ZonewardenError {
  readonly trouble: SdkTrouble;

  constructor(trouble: SdkTrouble, happened: string, options?: ErrorOptions) {
    const code: Ec2ErrorCode = `ec2.${trouble}`;
    super(code, `EC2 DescribeAvailabilityZones: ${happened}; ${advice[code]}`, options);
    this.trouble = trouble;
  }
}

/** What was thrown while EC2 was asked, as an error that says what to do. */
export function toEc2ApiError(thrown: unknown): Ec2ApiError {
  if (thrown instanceof Ec2ApiError) return thrown;
  const { trouble, happened } = sdkTroubleOf<SdkTrouble>(thrown, EC2_ERROR_NAMES);
  return new Ec2ApiError(trouble, happened, { cause: thrown });
}
