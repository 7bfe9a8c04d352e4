import {
  createDefaultUserAgentProvider,
  getDefaultSocketTimeout,
  NODE_APP_ID_CONFIG_OPTIONS,
} from '@aws-sdk/core/client';
import { NODE_AUTH_SCHEME_PREFERENCE_OPTIONS } from '@aws-sdk/core/httpAuthSchemes';
import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { loadConfigsForDefaultMode, NoOpLogger } from '@smithy/core/client';
import {
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
  NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS,
  NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS,
  resolveDefaultsModeConfig,
} from '@smithy/core/config';
import { parseUrl } from '@smithy/core/protocols';
import {
  DEFAULT_RETRY_MODE,
  NODE_MAX_ATTEMPT_CONFIG_OPTIONS,
  NODE_RETRY_MODE_CONFIG_OPTIONS,
} from '@smithy/core/retry';
import { calculateBodyLength, fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import { resolveEndpoint } from './endpoint.js';
import manifest from './package.json' with { type: 'json' };
import { errorTypeRegistries, NAMESPACE } from './schemas.js';
import { authSchemesOf, httpAuthSchemes } from './signing.js';

const API_VERSION = '2022-10-30';
/** `AWS_ENDPOINT_URL_ARC_ZONAL_SHIFT` and the services section of AWS's configuration file are named after it. */
const SERVICE_ID = 'ARC Zonal Shift';

/**
 * The settings of a client: what its caller says, and else what every client of the SDK does, which is to look at the
 * environment and at AWS's configuration files.
 */
export function settingsOf(given) {
  const defaultsMode = resolveDefaultsModeConfig(given);
  const modeSettings = () => defaultsMode().then(loadConfigsForDefaultMode);
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    ...serviceSettings(),
    ...environmentSettings(given, modeSettings),
    ...said,
    defaultsMode,
    defaultSocketTimeout: getDefaultSocketTimeout(given.requestHandler, 900_000),
    requestHandler: NodeHttpHandler.create(given.requestHandler ?? modeSettings),
  };
}

function serviceSettings() {
  return {
    runtime: 'node',
    apiVersion: API_VERSION,
    serviceId: SERVICE_ID,
    disableHostPrefix: false,
    extensions: [],
    logger: new NoOpLogger(),
    endpointProvider: resolveEndpoint,
    httpAuthSchemeProvider: authSchemesOf,
    httpAuthSchemes: httpAuthSchemes(),
    credentialDefaultProvider: defaultProvider,
    protocol: AwsRestJsonProtocol,
    protocolSettings: {
      defaultNamespace: NAMESPACE,
      errorTypeRegistries,
      version: API_VERSION,
      // The service's name in its Smithy model; REST puts it on no wire.
      serviceTarget: 'PercDataPlane',
    },
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    urlParser: parseUrl,
    sha256: Sha256,
    streamCollector,
    bodyLengthChecker: calculateBodyLength,
    defaultUserAgentProvider: createDefaultUserAgentProvider({
      serviceId: SERVICE_ID,
      clientVersion: manifest.version,
    }),
  };
}

function environmentSettings(given, modeSettings) {
  const files = { profile: given.profile, logger: given.logger };
  return {
    authSchemePreference: loadConfig(NODE_AUTH_SCHEME_PREFERENCE_OPTIONS, files),
    maxAttempts: loadConfig(NODE_MAX_ATTEMPT_CONFIG_OPTIONS, given),
    region: loadConfig(NODE_REGION_CONFIG_OPTIONS, { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...files }),
    retryMode: loadConfig(
      {
        ...NODE_RETRY_MODE_CONFIG_OPTIONS,
        default: async () => (await modeSettings()).retryMode || DEFAULT_RETRY_MODE,
      },
      given,
    ),
    useDualstackEndpoint: loadConfig(NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS, files),
    useFipsEndpoint: loadConfig(NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS, files),
    userAgentAppId: loadConfig(NODE_APP_ID_CONFIG_OPTIONS, files),
  };
}
