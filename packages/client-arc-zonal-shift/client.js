import {
  getHostHeaderPlugin,
  getLoggerPlugin,
  getRecursionDetectionPlugin,
  getUserAgentPlugin,
  resolveHostHeaderConfig,
  resolveUserAgentConfig,
} from '@aws-sdk/core/client';
import { resolveAwsSdkSigV4Config } from '@aws-sdk/core/httpAuthSchemes';
import {
  DefaultIdentityProviderConfig,
  getHttpAuthSchemeEndpointRuleSetPlugin,
  getHttpSigningPlugin,
} from '@smithy/core';
import { Client, normalizeProvider } from '@smithy/core/client';
import { resolveRegionConfig } from '@smithy/core/config';
import { resolveEndpointConfig } from '@smithy/core/endpoints';
import { getContentLengthPlugin } from '@smithy/core/protocols';
import { getRetryPlugin, resolveRetryConfig } from '@smithy/core/retry';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { settingsOf } from './settings.js';
import { authSchemeParameters, SIGNING_NAME } from './signing.js';

export class ARCZonalShiftClient extends Client {
  /** @param configuration {import('./client.d.ts').ARCZonalShiftClientConfig} */
  constructor(configuration = {}) {
    const settings = settingsOf(configuration);
    super(settings);
    this.initConfig = settings;
    this.config = resolve(settings);
    for (const plugin of plugins(this.config)) this.middlewareStack.use(plugin);
  }
}

/** Each step takes what the one before has made, in the order in which the SDK's own clients take them. */
function resolve(settings) {
  const withDefaults = Object.assign(settings, {
    useDualstackEndpoint: settings.useDualstackEndpoint ?? false,
    useFipsEndpoint: settings.useFipsEndpoint ?? false,
    defaultSigningName: SIGNING_NAME,
  });
  const steps = [
    resolveUserAgentConfig,
    resolveRetryConfig,
    resolveRegionConfig,
    resolveHostHeaderConfig,
    resolveEndpointConfig,
    resolveAwsSdkSigV4Config,
  ];
  const resolved = steps.reduce((config, step) => step(config), withDefaults);
  return Object.assign(resolved, {
    authSchemePreference: normalizeProvider(resolved.authSchemePreference ?? []),
  });
}

function plugins(config) {
  return [
    getSchemaSerdePlugin(config),
    getUserAgentPlugin(config),
    getRetryPlugin(config),
    getContentLengthPlugin(config),
    getHostHeaderPlugin(config),
    getLoggerPlugin(config),
    getRecursionDetectionPlugin(config),
    getHttpAuthSchemeEndpointRuleSetPlugin(config, {
      httpAuthSchemeParametersProvider: authSchemeParameters,
      identityProviderConfigProvider: async ({ credentials }) =>
        new DefaultIdentityProviderConfig({ 'aws.auth#sigv4': credentials }),
    }),
    getHttpSigningPlugin(config),
  ];
}
