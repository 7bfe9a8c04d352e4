import type {
  HostHeaderInputConfig,
  HostHeaderResolvedConfig,
  UserAgentInputConfig,
  UserAgentResolvedConfig,
} from '@aws-sdk/core/client';
import type {
  AwsSdkSigV4AuthInputConfig,
  AwsSdkSigV4AuthResolvedConfig,
} from '@aws-sdk/core/httpAuthSchemes';
import {
  Client,
  type DefaultsMode,
  type SmithyConfiguration,
  type SmithyResolvedConfiguration,
} from '@smithy/core/client';
import type { RegionInputConfig, RegionResolvedConfig } from '@smithy/core/config';
import type { EndpointInputConfig, EndpointResolvedConfig } from '@smithy/core/endpoints';
import type { HttpHandlerUserInput } from '@smithy/core/protocols';
import type { RetryInputConfig, RetryResolvedConfig } from '@smithy/core/retry';
import type {
  EndpointParameters as AnyEndpointParameters,
  CheckOptionalClientConfig,
  EndpointV2,
  HttpHandlerOptions,
  Logger,
  Provider,
} from '@smithy/types';
import type {
  GetManagedResourceCommandInput,
  GetManagedResourceCommandOutput,
  ListAutoshiftsCommandInput,
  ListAutoshiftsCommandOutput,
  ListZonalShiftsCommandInput,
  ListZonalShiftsCommandOutput,
} from './commands.js';

export type ServiceInputTypes =
  | GetManagedResourceCommandInput
  | ListAutoshiftsCommandInput
  | ListZonalShiftsCommandInput;
export type ServiceOutputTypes =
  | GetManagedResourceCommandOutput
  | ListAutoshiftsCommandOutput
  | ListZonalShiftsCommandOutput;

export interface EndpointParameters extends AnyEndpointParameters {
  Region?: string | undefined;
  UseDualStack?: boolean | undefined;
  UseFIPS?: boolean | undefined;
  Endpoint?: string | undefined;
}

export interface ClientDefaults extends Partial<SmithyConfiguration<HttpHandlerOptions>> {
  /** A handler, or the options of one. */
  requestHandler?: HttpHandlerUserInput;
  useDualstackEndpoint?: boolean | Provider<boolean>;
  useFipsEndpoint?: boolean | Provider<boolean>;
  region?: string | Provider<string>;
  /** Of AWS's configuration files. */
  profile?: string;
  /** How often a request is made at most. */
  maxAttempts?: number | Provider<number>;
  retryMode?: string | Provider<string>;
  logger?: Logger;
  defaultsMode?: DefaultsMode | Provider<DefaultsMode>;
}

export type ARCZonalShiftClientConfigType = ClientDefaults &
  UserAgentInputConfig &
  RetryInputConfig &
  RegionInputConfig &
  HostHeaderInputConfig &
  EndpointInputConfig<EndpointParameters> &
  AwsSdkSigV4AuthInputConfig;

export interface ARCZonalShiftClientConfig extends ARCZonalShiftClientConfigType {}

export type ARCZonalShiftClientResolvedConfig = SmithyResolvedConfiguration<HttpHandlerOptions> &
  Required<ClientDefaults> &
  UserAgentResolvedConfig &
  RetryResolvedConfig &
  RegionResolvedConfig &
  HostHeaderResolvedConfig &
  EndpointResolvedConfig<EndpointParameters> &
  AwsSdkSigV4AuthResolvedConfig & {
    endpointProvider(parameters: EndpointParameters, context?: { logger?: Logger }): EndpointV2;
  };

/** Asks the ARC Zonal Shift API. Region, credentials and retries come from where every client of the SDK has them. */
export declare class ARCZonalShiftClient extends Client<
  HttpHandlerOptions,
  ServiceInputTypes,
  ServiceOutputTypes,
  ARCZonalShiftClientResolvedConfig
> {
  readonly config: ARCZonalShiftClientResolvedConfig;
  constructor(...[configuration]: CheckOptionalClientConfig<ARCZonalShiftClientConfig>);
  /** Ends the connections that are kept alive. */
  destroy(): void;
}
