import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../../watcher/sources/event.ts';
import { readEvent } from '../../../watcher/sources/registry.ts';
import { cloudTrailEvent, SAMPLES } from './samples.ts';

const RESOURCE = 'TEST-EXAMPLE-2023-11-16-23-28-11-5';
const AT = '2023-11-16T23:38:14Z';
const read = (event: unknown) => readEvent(eventSchema.parse(event));
const signal = (change: 'start' | 'end', kind: string, scope: string) => ({
  change,
  zoneId: 'use1-az2',
  source: { id: `${kind}/${scope}`, kind },
  at: AT,
});

describe('the sample events of AWS', () => {
  it.each([
    ['observer', signal('start', 'autoshift', 'region')],
    ['autoshift', signal('start', 'autoshift', RESOURCE)],
    ['interrupted', signal('end', 'practice-run', RESOURCE)],
    ['fis', signal('start', 'fis-experiment', RESOURCE)],
    ['manual', signal('start', 'zonal-shift', RESOURCE)],
  ] as const)('%s is read', (name, expected) => {
    expect(read(SAMPLES[name])).toEqual({ kind: 'signals', signals: [expected] });
  });
});

describe('each event type', () => {
  it.each([
    ['Autoshift Completed', 'end', 'autoshift'],
    ['Practice Run Started', 'start', 'practice-run'],
    ['Practice Run Succeeded', 'end', 'practice-run'],
    ['Practice Run Failed', 'end', 'practice-run'],
    ['FIS Experiment Autoshift Completed', 'end', 'fis-experiment'],
    ['FIS Experiment Autoshift Canceled', 'end', 'fis-experiment'],
    ['Manual Shift Canceled', 'end', 'zonal-shift'],
  ] as const)('%s is a %s of its resource', (type, change, kind) => {
    const event = { ...SAMPLES.manual, 'detail-type': type };
    expect(read(event)).toEqual({ kind: 'signals', signals: [signal(change, kind, RESOURCE)] });
  });

  it('Manual Shift Updated says that something changed, and not what', () => {
    expect(read({ ...SAMPLES.manual, 'detail-type': 'Manual Shift Updated' }).kind).toBe('look');
  });

  it('that ends something and names no zone asks for a look; one that begins something is malformed', () => {
    const { detail: _gone, ...rest } = SAMPLES.autoshift;
    expect(read({ ...rest, 'detail-type': 'Autoshift Completed' }).kind).toBe('look');
    expect(read(rest).kind).toBe('malformed');
  });

  it('speaks for each resource that it names', () => {
    const reading = read({ ...SAMPLES.autoshift, resources: ['one', 'two'] });
    expect(reading.kind === 'signals' && reading.signals.map(({ source }) => source.id)).toEqual([
      'autoshift/one',
      'autoshift/two',
    ]);
  });
});

describe('a call to ARC in CloudTrail', () => {
  const ARN = 'arn:aws:eks:us-east-1:111122223333:cluster/test';
  const started = {
    requestParameters: {
      resourceIdentifier: ARN,
      awayFrom: 'use1-az2',
      expiresIn: '2h',
      comment: 'HIDDEN_FOR_SECURITY_REASONS',
    },
    responseElements: { zonalShiftId: 'shift-1' },
  };

  it('that starts a zonal shift is a start, up to its end', () => {
    expect(read(cloudTrailEvent('StartZonalShift', started))).toEqual({
      kind: 'signals',
      signals: [{ ...signal('start', 'zonal-shift', ARN), until: '2023-11-17T01:38:14.000Z' }],
    });
  });

  it.each(['99999999999h', '73h', '0m', 'soon'])(
    'with an expiry of %s that ARC never gives has no end',
    (expiresIn) => {
      const requestParameters = { ...started.requestParameters, expiresIn };
      const reading = read(cloudTrailEvent('StartPracticeRun', { ...started, requestParameters }));
      expect(reading).toEqual({ kind: 'signals', signals: [signal('start', 'practice-run', ARN)] });
    },
  );

  it('that failed did not happen', () => {
    const failed = { ...started, responseElements: null, errorCode: 'AccessDenied', errorMessage: 'no' };
    expect(read(cloudTrailEvent('StartZonalShift', failed)).kind).toBe('noted');
  });

  it.each(['CancelZonalShift', 'UpdateZonalShift', 'CancelPracticeRun', 'UpdateZonalAutoshiftConfiguration'])(
    '%s does not name the zone: ARC is asked',
    (name) => {
      const detail = { requestParameters: { zonalShiftId: 'shift-1' }, responseElements: null };
      expect(read(cloudTrailEvent(name, detail)).kind).toBe('look');
    },
  );

  it('that cancels, and whose answer names the zone, is an end', () => {
    const detail = {
      requestParameters: { zonalShiftId: 'shift-1' },
      responseElements: { awayFrom: 'use1-az2', resourceIdentifier: ARN, status: 'CANCELED' },
    };
    expect(read(cloudTrailEvent('CancelZonalShift', detail))).toEqual({
      kind: 'signals',
      signals: [signal('end', 'zonal-shift', ARN)],
    });
  });

  it.each(['GetManagedResource', 'ListZonalShifts', 'constructor', '__proto__'])(
    '%s changes nothing',
    (name) => {
      expect(read(cloudTrailEvent(name, {})).kind).toBe('noted');
    },
  );

  it.each([
    undefined,
    null,
    5,
    {},
    { eventName: '' },
    { eventName: 'StartZonalShift', eventSource: 'ec2.amazonaws.com' },
  ])('that is none is malformed: %j', (detail) => {
    expect(read({ ...cloudTrailEvent('x', {}), detail }).kind).toBe('malformed');
  });
});
