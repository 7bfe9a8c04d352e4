import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../../shared/signals/event.ts';
import { readEvent } from '../../../shared/signals/registry.ts';
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
    expect(read(SAMPLES.refusedCall).kind).toBe('noted');
    for (const failure of [{ errorCode: 'AccessDenied' }, { errorMessage: 'no' }, { errorCode: 403 }]) {
      expect(read(cloudTrailEvent('StartZonalShift', { ...started, ...failure })).kind).toBe('noted');
    }
    expect(read(cloudTrailEvent('StartZonalShift', { ...started, errorCode: null })).kind).toBe('signals');
  });

  it('that only reads changes nothing', () => {
    expect(read(SAMPLES.readingCall).kind).toBe('noted');
  });

  it('happened when it says so, and else when the event says so', () => {
    const time = '2023-11-16T23:39:00Z';
    const at = (eventTime: unknown) => {
      const reading = read({ ...cloudTrailEvent('StartZonalShift', { ...started, eventTime }), time });
      return reading.kind === 'signals' ? reading.signals[0]?.at : reading.kind;
    };
    expect([at(AT), at('yesterday'), at(undefined), at(5)]).toEqual([AT, time, time, time]);
  });

  it.each([
    [null],
    ['text'],
    [{ resourceIdentifier: ARN }],
    [{ awayFrom: 'use1-az2' }],
    [{ resourceIdentifier: ARN, awayFrom: 'us east' }],
    [{ resourceIdentifier: 'a'.repeat(2049), awayFrom: 'use1-az2' }],
  ])('that starts something with the parameters %j is a reason to ask ARC', (requestParameters) => {
    const detail = { requestParameters, responseElements: null };
    expect(read(cloudTrailEvent('StartZonalShift', detail)).kind).toBe('look');
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

  it.each([
    ['epoch seconds', 1700191694],
    ['epoch milliseconds', 1700191694000],
    ['text of epoch seconds', '1700191694.0'],
    ['ISO 8601', '2023-11-17T03:28:14Z'],
    ['ISO 8601 with an offset', '2023-11-17T05:28:14+02:00'],
    ['CloudTrail’s own words', 'Nov 17, 2023 3:28:14 AM'],
  ])('that updates, and whose answer tells all, is a start up to the new end: %s', (_, expiryTime) => {
    const responseElements = { awayFrom: 'use1-az2', resourceIdentifier: ARN, expiryTime };
    const detail = { requestParameters: { zonalShiftId: 'shift-1', expiresIn: '4h' }, responseElements };
    expect(read(cloudTrailEvent('UpdateZonalShift', detail))).toEqual({
      kind: 'signals',
      signals: [{ ...signal('start', 'zonal-shift', ARN), until: '2023-11-17T03:28:14.000Z' }],
    });
  });

  it.each([undefined, null, 0, -1, 1e300, 'soon', '', '9999-12-31T23:59:59Z', '2023-11-16T00:00:00Z', {}])(
    'that updates with the end %j is a reason to ask ARC',
    (expiryTime) => {
      const responseElements = { awayFrom: 'use1-az2', resourceIdentifier: ARN, expiryTime };
      expect(read(cloudTrailEvent('UpdateZonalShift', { responseElements })).kind).toBe('look');
    },
  );

  it('that starts a practice run ends when the answer says so', () => {
    const requestParameters = { resourceIdentifier: ARN, awayFrom: 'use1-az2' };
    const responseElements = { ...requestParameters, expiryTime: 1700179694 };
    expect(read(cloudTrailEvent('StartPracticeRun', { requestParameters, responseElements }))).toEqual({
      kind: 'signals',
      signals: [{ ...signal('start', 'practice-run', ARN), until: '2023-11-17T00:08:14.000Z' }],
    });
  });

  it.each(['GetManagedResource', 'ListZonalShifts', 'constructor', '__proto__'])(
    '%s changes nothing',
    (name) => {
      expect(read(cloudTrailEvent(name, {})).kind).toBe('noted');
    },
  );

  it.each([undefined, null, 5, {}, { eventName: '' }, { eventName: ['StartZonalShift'] }])(
    'that is none is malformed: %j',
    (detail) => {
      expect(read({ ...cloudTrailEvent('x', {}), detail }).kind).toBe('malformed');
    },
  );

  it('of another service is none of ours', () => {
    const reading = read(
      cloudTrailEvent('StartZonalShift', { ...started, eventSource: 'ec2.amazonaws.com' }),
    );
    expect(reading.kind).toBe('noted');
  });
});
