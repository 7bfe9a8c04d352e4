import { partition } from '@aws-sdk/core/client';
import { EndpointError } from '@smithy/core/endpoints';

/** What the runtime gives to `resolveEndpoint`, and by which name of the client's configuration. */
export const ENDPOINT_PARAMETERS = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
};

/**
 * Where the service is: the rules of its endpoint rule set, with the SDK's own knowledge of partitions.
 * @throws EndpointError where there is no such address, with the words of the rule set
 */
export function resolveEndpoint({ Endpoint, Region, UseFIPS = false, UseDualStack = false }) {
  if (Endpoint !== undefined) return at(customEndpoint(Endpoint, UseFIPS, UseDualStack));
  if (Region === undefined) throw new EndpointError('Invalid Configuration: Missing Region');
  const found = partition(Region);
  const lacking = whatIsLacking(found, UseFIPS, UseDualStack);
  if (lacking !== undefined) throw new EndpointError(lacking);
  const host = UseFIPS ? 'arc-zonal-shift-fips' : 'arc-zonal-shift';
  return at(`https://${host}.${Region}.${UseDualStack ? found.dualStackDnsSuffix : found.dnsSuffix}`);
}

function customEndpoint(endpoint, fips, dualStack) {
  if (fips) {
    throw new EndpointError('Invalid Configuration: FIPS and custom endpoint are not supported');
  }
  if (dualStack) {
    throw new EndpointError('Invalid Configuration: Dualstack and custom endpoint are not supported');
  }
  return endpoint;
}

function whatIsLacking({ supportsFIPS, supportsDualStack }, fips, dualStack) {
  if (fips && dualStack && !(supportsFIPS && supportsDualStack)) {
    return 'FIPS and DualStack are enabled, but this partition does not support one or both';
  }
  if (fips && !supportsFIPS) return 'FIPS is enabled but this partition does not support FIPS';
  if (dualStack && !supportsDualStack) {
    return 'DualStack is enabled but this partition does not support DualStack';
  }
  return undefined;
}

function at(url) {
  return { url: new URL(url), properties: {}, headers: {} };
}
