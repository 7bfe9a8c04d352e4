import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import { ENDPOINT_PARAMETERS } from './endpoint.js';
import { GetManagedResource, ListAutoshifts, ListZonalShifts } from './schemas.js';

const command = makeBuilder(ENDPOINT_PARAMETERS, 'PercDataPlane', 'ARCZonalShiftClient', getEndpointPlugin);
const noPlugins = () => [];

export class ListAutoshiftsCommand extends command({}, noPlugins, 'ListAutoshifts', ListAutoshifts) {}

export class ListZonalShiftsCommand extends command({}, noPlugins, 'ListZonalShifts', ListZonalShifts) {}

export class GetManagedResourceCommand extends command(
  {},
  noPlugins,
  'GetManagedResource',
  GetManagedResource,
) {}
