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

export const SAMPLES = {
  observer: envelope('Autoshift In Progress', [], {
    data: '',
    metadata: {
      awayFrom: 'use1-az2',
      notes: 'AWS has started an autoshift for an impaired Availability Zone.\nTraffic is shifted away.',
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
    metadata: { awayFrom: 'use1-az2' },
  }),
  manual: envelope('Manual Shift Started', [RESOURCE], {
    data: '',
    metadata: { awayFrom: 'use1-az2', notes: 'Manual shift' },
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
