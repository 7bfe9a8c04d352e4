/**
 * The sample events of AWS, as documented: r53recovery guide, "Amazon EventBridge events" of zonal autoshift, and
 * "Logging zonal shift API calls with CloudTrail". The raw newlines in the observer's notes are written as JSON wants them.
 */

const envelope = (detailType: string, resources: readonly string[], detail: object) => ({
  version: '0',
  id: '05d4d2d5-9c76-bfea-72d2-d4614802adb4',
  'detail-type': detailType,
  source: 'aws.arc-zonal-shift',
  account: '111122223333',
  time: '2023-11-16T23:38:14Z',
  region: 'us-east-1',
  resources,
  detail: { version: '0.0.1', ...detail },
});

const RESOURCE = 'TEST-EXAMPLE-2023-11-16-23-28-11-5';

/** The published log entries of CloudTrail, in the envelope of EventBridge; a comma is missing in both as published. */
const logEntry = (eventTime: string, members: object) => ({
  ...envelope('AWS API Call via CloudTrail', [], {}),
  detail: {
    eventVersion: '1.08',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'A1B2C3D4E5F6G7EXAMPLE',
      arn: 'arn:aws:iam::111122223333:role/admin',
      accountId: '111122223333',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROA33L3W36EXAMPLE',
          arn: 'arn:aws:iam::111122223333:role/admin',
          accountId: '111122223333',
          userName: 'EXAMPLENAME',
        },
        webIdFederationData: {},
        attributes: { creationDate: '2022-11-14T16:01:51Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime,
    eventSource: 'arc-zonal-shift.amazonaws.com',
    awsRegion: 'us-west-2',
    sourceIPAddress: '192.0.2.50',
    userAgent: 'Boto3/1.17.101 Python/3.8.10',
    responseElements: null,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
    ...members,
  },
});

const TEST_RESOURCE = 'arn:aws:testservice:us-west-2:077059137270:testResource/456apples';

export const SAMPLES = {
  observer: envelope('Autoshift In Progress', [], {
    data: '',
    metadata: {
      awayFrom: 'use1-az2',
      notes:
        'AWS has started an autoshift for an impaired Availability Zone. This notification \n            is separate from autoshift notifications for resources, if any, that you have configured for \n            zonal autoshift. For details, see the Developer Guide.',
    },
  }),
  autoshift: envelope('Autoshift In Progress', [RESOURCE], {
    data: '',
    metadata: { awayFrom: 'use1-az2', notes: '' },
  }),
  interrupted: envelope('Practice Run Interrupted', [RESOURCE], {
    data: { additionalFailureInfo: 'Practice run interrupted. The blocking alarm entered ALARM state.' },
    metadata: { awayFrom: 'use1-az2' },
  }),
  fis: envelope('FIS Experiment Autoshift In Progress', [RESOURCE], {
    data: '',
    metadata: { awayFrom: 'use1-az2', notes: '' },
  }),
  manual: envelope('Manual Shift Started', [RESOURCE], {
    data: '',
    metadata: { awayFrom: 'use1-az2', notes: '' },
  }),
  readingCall: logEntry('2022-11-14T16:14:41Z', {
    eventName: 'ListManagedResources',
    requestParameters: null,
    requestID: 'VGXG4ZUE7UZTVCMTJGIAF_EXAMPLE',
    eventID: '4b5c42df-1174-46c8-be99-d67_EXAMPLE',
    readOnly: true,
  }),
  refusedCall: logEntry('2022-11-14T16:10:38Z', {
    eventName: 'StartZonalShift',
    errorCode: 'ConflictException',
    errorMessage: `There's already an active zonal shift for that resource identifier: '${TEST_RESOURCE}'. Active zonal shift: 'bac23b74-176e-c073-de8f-484ca508910f'`,
    requestParameters: {
      resourceIdentifier: TEST_RESOURCE,
      awayFrom: 'usw2-az1',
      expiresIn: '2m',
      comment: 'HIDDEN_FOR_SECURITY_REASONS',
    },
    requestID: 'OP4OYXZ54HUPMIPGWH_EXAMPLE',
    eventID: '0bca6660-e999-43a5-9008-EXAMPLE',
    readOnly: false,
  }),
} as const;

/** A CloudTrail record of a call, as EventBridge carries it. */
export function cloudTrailEvent(eventName: string, detail: object): Record<string, unknown> {
  return {
    ...envelope('AWS API Call via CloudTrail', [], {}),
    detail: {
      eventVersion: '1.08',
      userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/Admin/jane' },
      eventTime: '2023-11-16T23:38:14Z',
      eventSource: 'arc-zonal-shift.amazonaws.com',
      eventName,
      awsRegion: 'us-east-1',
      readOnly: false,
      eventType: 'AwsApiCall',
      recipientAccountId: '111122223333',
      ...detail,
    },
  };
}
