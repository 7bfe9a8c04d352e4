import { CREDENTIAL_ERRORS } from '../../../shared/aws-sdk/credential-errors.ts';
import { type SdkErrorNames, sdkTroubleOf } from '../../../shared/aws-sdk/sdk-trouble.ts';
import { ZonewardenError } from '../../../shared/errors/zonewarden-error.ts';
import type { ArcTrouble } from '../../../shared/record/arc-answer.ts';

export type ArcOperation = 'ListAutoshifts' | 'ListZonalShifts' | 'GetManagedResource';

export type ArcErrorCode = `arc.${ArcTrouble}`;

const advice: Readonly<Record<ArcErrorCode, string>> = {
  'arc.not-registered':
    'register the cluster with ARC (zonalShiftConfig of the EKS cluster), or correct the ARN of the cluster',
  'arc.denied': "check the pod's role, its credentials and the clock, and grant it",
  'arc.throttled': 'it is asked again later; look for what else in this account asks ARC often',
  'arc.unavailable': 'it is asked again; look at the network and the health of AWS if it lasts',
  'arc.no-endpoint':
    'check the AWS Region and the endpoint; where the Region has no ARC, zones come from events and operators alone',
  'arc.unreadable':
    'it is asked again; nothing of this answer is believed, look for a newer version if it lasts',
};

/** A question that ARC did not answer: which, about what, what happened, and what to do. */
export class ArcApiError extends ZonewardenError {
  readonly trouble: ArcTrouble;
  readonly operation: ArcOperation;

  constructor(trouble: ArcTrouble, question: ArcQuestion, happened: string, options?: ErrorOptions) {
    const code: ArcErrorCode = `arc.${trouble}`;
    const { operation, resourceArn } = question;
    const about = resourceArn === undefined ? operation : `${operation} ${resourceArn}`;
    const action = trouble === 'denied' ? ` arc-zonal-shift:${operation}${scopeOf(operation)}` : '';
    super(code, `ARC ${about}: ${happened}; ${advice[code]}${action}`, options);
    this.trouble = trouble;
    this.operation = operation;
  }
}

/** What is asked, and about which resource. */
export interface ArcQuestion {
  readonly operation: ArcOperation;
  readonly resourceArn?: string | undefined;
}

/** How a policy has to name the action, by AWS's service authorization reference. */
function scopeOf(operation: ArcOperation): string {
  return operation === 'GetManagedResource'
    ? ' (condition key arc-zonal-shift:ResourceIdentifier)'
    : ' on "*" without a condition';
}

/** Also where an API of AWS answers with 400 for them. */
const DENIED = ['AccessDenied', 'AccessDeniedException', ...CREDENTIAL_ERRORS];
const THROTTLED = ['RequestLimitExceeded', 'ThrottledException', 'Throttling', 'ThrottlingException'];

const NAMES: SdkErrorNames<ArcTrouble> = {
  denied: DENIED,
  throttled: THROTTLED,
  own: [
    [
      'not-registered',
      ({ name, reason }) => name === 'ResourceNotFoundException' || reason === 'InvalidResourceIdentifier',
    ],
  ],
};

/** What was thrown while ARC was asked, as an error that says what to do. */
export function toArcApiError(thrown: unknown, question: ArcQuestion): ArcApiError {
  if (thrown instanceof ArcApiError) return thrown;
  const { trouble, happened } = sdkTroubleOf(thrown, NAMES);
  return new ArcApiError(trouble, question, happened, { cause: thrown });
}
