import { ZonewardenError } from '../errors/zonewarden-error.ts';
import { EC2_ERROR_NAMES } from './ec2-error-names.ts';
import { type SdkTrouble, sdkTroubleOf } from './sdk-trouble.ts';

export type Ec2CatalogErrorCode = `catalog.${SdkTrouble}`;

const advice: Readonly<Record<Ec2CatalogErrorCode, string>> = {
  'catalog.denied':
    'check the credentials and the clock, and grant ec2:DescribeInstanceTypes and ec2:DescribeInstanceTypeOfferings on "*"',
  'catalog.throttled': 'ask again later; look for what else in this account asks EC2 often',
  'catalog.unavailable': 'ask again; look at the network and the health of AWS if it lasts',
  'catalog.no-endpoint': 'check the AWS Region and the endpoint of EC2',
  'catalog.unreadable': 'ask again, and check the endpoint if it lasts; nothing of this answer is believed',
};

/** EC2 did not tell its instance types, or not in a way that can be believed. */
export class Ec2CatalogError extends ZonewardenError {
  readonly trouble: SdkTrouble;

  /** @param operation what was asked: `DescribeInstanceTypes` */
  constructor(trouble: SdkTrouble, operation: string, happened: string, options?: ErrorOptions) {
    const code: Ec2CatalogErrorCode = `catalog.${trouble}`;
    super(code, `EC2 ${operation}: ${happened}; ${advice[code]}`, options);
    this.trouble = trouble;
  }
}

/** What was thrown while EC2 was asked, as an error that says what to do. Our own stay what they are. */
export function toEc2CatalogError(thrown: unknown, operation: string): ZonewardenError {
  if (thrown instanceof ZonewardenError) return thrown;
  const { trouble, happened } = sdkTroubleOf<SdkTrouble>(thrown, EC2_ERROR_NAMES);
  return new Ec2CatalogError(trouble, operation, happened, { cause: thrown });
}
