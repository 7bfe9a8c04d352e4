import { randomUUID } from 'node:crypto';

/**
 * An autoshift event in the form in which ARC publishes it to EventBridge as an observer notification
 * (docs.aws.amazon.com/r53recovery, zonal autoshift EventBridge events): no resources, the zone by its ID.
 */
export function autoshiftEvent(
  detailType: 'Autoshift In Progress' | 'Autoshift Completed',
  zoneId: string,
  time = new Date(),
): string {
  const word = detailType === 'Autoshift Completed' ? 'completed' : 'started';
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source: 'aws.arc-zonal-shift',
    account: '111122223333',
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'us-east-1',
    resources: [],
    detail: {
      version: '0.0.1',
      data: '',
      metadata: { awayFrom: zoneId, notes: `AWS has ${word} an autoshift for ${zoneId}.` },
    },
  });
}
