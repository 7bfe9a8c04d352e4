import { AwsSdkSigV4Signer } from '@aws-sdk/core/httpAuthSchemes';
import { getSmithyContext, normalizeProvider } from '@smithy/core/client';

export const SIGNING_NAME = 'arc-zonal-shift';
const SIGV4 = 'aws.auth#sigv4';

/** The one way in which this service lets itself be asked. */
export const httpAuthSchemes = () => [
  {
    schemeId: SIGV4,
    identityProvider: (config) => config.getIdentityProvider(SIGV4),
    signer: new AwsSdkSigV4Signer(),
  },
];

export async function authSchemeParameters(config, context) {
  const region = await normalizeProvider(config.region)();
  if (!region) throw new Error('expected `region` to be configured for `aws.auth#sigv4`');
  return { operation: getSmithyContext(context).operation, region };
}

export const authSchemesOf = ({ region }) => [
  {
    schemeId: SIGV4,
    signingProperties: { name: SIGNING_NAME, region },
    propertiesExtractor: (config, context) => ({ signingProperties: { config, context } }),
  },
];
