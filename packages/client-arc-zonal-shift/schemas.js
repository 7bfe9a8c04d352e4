import { TypeRegistry } from '@smithy/core/schema';
import {
  AccessDeniedException,
  ARCZonalShiftServiceException,
  ConflictException,
  InternalServerException,
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from './errors.js';

/**
 * The shapes of the ARC Zonal Shift API 2022-10-30 (botocore: arc-zonal-shift/2022-10-30/service-2.json), in the static
 * schema form of the SDK's runtime. All of what GetManagedResource answers is here, so that nothing that it says is lost.
 */
export const NAMESPACE = 'com.amazonaws.arczonalshift';
const SYNTHETIC_NAMESPACE = `smithy.ts.sdk.synthetic.${NAMESPACE}`;

// Numbers by which the runtime knows kinds of shapes and simple types.
const LIST = 1;
const STRUCTURE = 3;
const OPERATION = 9;
const ERROR = -3;
const STRING = 0;
const NUMBER = 1;
/** In JSON: seconds since 1970, with a fraction. */
const TIMESTAMP = 4;
const LIST_OF_STRINGS = 64 | STRING;
const MAP_OF_NUMBERS = 128 | NUMBER;

const structure = (name, members, required = 0) => [
  STRUCTURE,
  NAMESPACE,
  name,
  0,
  Object.keys(members),
  Object.values(members),
  required,
];
const list = (name, member) => [LIST, NAMESPACE, name, 0, () => member];
const inQuery = (type, name) => [type, { httpQuery: name }];
const get = (name, path, input, output) => [
  OPERATION,
  NAMESPACE,
  name,
  { http: ['GET', path, 200] },
  () => input,
  () => output,
];

const AutoshiftSummary = structure(
  'AutoshiftSummary',
  { awayFrom: STRING, startTime: TIMESTAMP, status: STRING, endTime: TIMESTAMP },
  3,
);

const ZonalShiftSummary = structure(
  'ZonalShiftSummary',
  {
    zonalShiftId: STRING,
    resourceIdentifier: STRING,
    awayFrom: STRING,
    expiryTime: TIMESTAMP,
    startTime: TIMESTAMP,
    status: STRING,
    comment: STRING,
    shiftType: STRING,
    practiceRunOutcome: STRING,
  },
  7,
);

const AutoshiftInResource = structure(
  'AutoshiftInResource',
  { appliedStatus: STRING, awayFrom: STRING, startTime: TIMESTAMP },
  3,
);

const ZonalShiftInResource = structure(
  'ZonalShiftInResource',
  {
    appliedStatus: STRING,
    zonalShiftId: STRING,
    resourceIdentifier: STRING,
    awayFrom: STRING,
    expiryTime: TIMESTAMP,
    startTime: TIMESTAMP,
    comment: STRING,
    shiftType: STRING,
    practiceRunOutcome: STRING,
  },
  7,
);

const ControlCondition = structure('ControlCondition', { type: STRING, alarmIdentifier: STRING }, 2);

const PracticeRunConfiguration = structure(
  'PracticeRunConfiguration',
  {
    outcomeAlarms: list('OutcomeAlarms', ControlCondition),
    blockingAlarms: list('BlockingAlarms', ControlCondition),
    blockedWindows: LIST_OF_STRINGS,
    allowedWindows: LIST_OF_STRINGS,
    blockedDates: LIST_OF_STRINGS,
  },
  1,
);

export const ListAutoshifts = get(
  'ListAutoshifts',
  '/autoshifts',
  structure('ListAutoshiftsRequest', {
    nextToken: inQuery(STRING, 'nextToken'),
    status: inQuery(STRING, 'status'),
    maxResults: inQuery(NUMBER, 'maxResults'),
  }),
  structure('ListAutoshiftsResponse', {
    items: list('AutoshiftSummaries', AutoshiftSummary),
    nextToken: STRING,
  }),
);

export const ListZonalShifts = get(
  'ListZonalShifts',
  '/zonalshifts',
  structure('ListZonalShiftsRequest', {
    nextToken: inQuery(STRING, 'nextToken'),
    status: inQuery(STRING, 'status'),
    maxResults: inQuery(NUMBER, 'maxResults'),
    resourceIdentifier: inQuery(STRING, 'resourceIdentifier'),
  }),
  structure('ListZonalShiftsResponse', {
    items: list('ZonalShiftSummaries', ZonalShiftSummary),
    nextToken: STRING,
  }),
);

export const GetManagedResource = get(
  'GetManagedResource',
  '/managedresources/{resourceIdentifier}',
  structure('GetManagedResourceRequest', { resourceIdentifier: [STRING, { httpLabel: 1 }] }, 1),
  structure(
    'GetManagedResourceResponse',
    {
      appliedWeights: MAP_OF_NUMBERS,
      zonalShifts: list('ZonalShiftsInResource', ZonalShiftInResource),
      arn: STRING,
      name: STRING,
      autoshifts: list('AutoshiftsInResource', AutoshiftInResource),
      practiceRunConfiguration: PracticeRunConfiguration,
      zonalAutoshiftStatus: STRING,
    },
    2,
  ),
);

const synthetic = new TypeRegistry(SYNTHETIC_NAMESPACE);
synthetic.registerError(
  [ERROR, SYNTHETIC_NAMESPACE, 'ARCZonalShiftServiceException', 0, [], []],
  ARCZonalShiftServiceException,
);

const modelled = new TypeRegistry(NAMESPACE);
for (const [ErrorClass, httpError, ...members] of [
  [AccessDeniedException, 403, 'message'],
  [ConflictException, 409, 'message', 'reason', 'zonalShiftId'],
  [InternalServerException, 500, 'message'],
  [ResourceNotFoundException, 404, 'message'],
  [ThrottlingException, 429, 'message'],
  [ValidationException, 400, 'message', 'reason'],
]) {
  const traits = { error: httpError >= 500 ? 'server' : 'client', httpError };
  const schema = [ERROR, NAMESPACE, ErrorClass.name, traits, members, members.map(() => STRING)];
  modelled.registerError(schema, ErrorClass);
}

/** From what the service calls an error to its class. */
export const errorTypeRegistries = [synthetic, modelled];
