import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ARCZonalShiftClient,
  type ARCZonalShiftClientConfig,
  ListAutoshiftsCommand,
} from '@aws-sdk/client-arc-zonal-shift';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { arc } from './asking-arc.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** Which address a client would send to, and how it would sign: its connection is never made. */
async function wouldAsk(config: ARCZonalShiftClientConfig = {}) {
  const seen: { url: string; authorization: string }[] = [];
  const client = new ARCZonalShiftClient({ maxAttempts: 1, ...config });
  onTestFinished(() => client.destroy());
  client.middlewareStack.add(
    () => async (args) => {
      const { request } = args;
      if (typeof request === 'object' && request !== null && 'hostname' in request && 'headers' in request) {
        const { hostname, headers, ...rest } = request;
        const protocol = 'protocol' in rest ? rest.protocol : '';
        const port = 'port' in rest && rest.port !== undefined ? `:${rest.port}` : '';
        seen.push({ url: `${protocol}//${hostname}${port}`, authorization: JSON.stringify(headers) });
      }
      throw new Error('not sent');
    },
    // After signing: the last before the connection.
    { step: 'deserialize', priority: 'low' },
  );
  await expect(client.send(new ListAutoshiftsCommand({}))).rejects.toThrow('not sent');
  const [first] = seen;
  return { url: first?.url ?? '', authorization: first?.authorization ?? '' };
}

beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), 'zonewarden-arc-'));
  for (const name of Object.keys(process.env).filter((key) => key.startsWith('AWS_')))
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  return () => rmSync(home, { recursive: true, force: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the address', () => {
  it.each([
    ['us-east-1', {}, 'https://arc-zonal-shift.us-east-1.amazonaws.com'],
    ['us-east-1', { fips: true }, 'https://arc-zonal-shift-fips.us-east-1.amazonaws.com'],
    ['us-east-1', { dual: true }, 'https://arc-zonal-shift.us-east-1.api.aws'],
    ['us-east-1', { fips: true, dual: true }, 'https://arc-zonal-shift-fips.us-east-1.api.aws'],
    ['us-gov-west-1', { fips: true }, 'https://arc-zonal-shift-fips.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', {}, 'https://arc-zonal-shift.cn-north-1.amazonaws.com.cn'],
    ['cn-north-1', { dual: true }, 'https://arc-zonal-shift.cn-north-1.api.amazonwebservices.com.cn'],
    ['us-iso-east-1', {}, 'https://arc-zonal-shift.us-iso-east-1.c2s.ic.gov'],
    ['eusc-de-east-1', {}, 'https://arc-zonal-shift.eusc-de-east-1.amazonaws.eu'],
    ['mars-north-7', {}, 'https://arc-zonal-shift.mars-north-7.amazonaws.com'],
  ] as const)(
    'of %s %j is %s',
    async (region, { fips = false, dual = false }: { fips?: boolean; dual?: boolean }, url) => {
      const asked = await wouldAsk({
        region,
        credentials,
        useFipsEndpoint: fips,
        useDualstackEndpoint: dual,
      });
      expect(asked.url).toBe(url);
      expect(asked.authorization).toContain(`/${region}/arc-zonal-shift/aws4_request`);
    },
  );

  it('is resolved without sending', () => {
    const client = new ARCZonalShiftClient({ region: 'eu-west-1', credentials });
    onTestFinished(() => client.destroy());
    const { url } = client.config.endpointProvider({
      Region: 'eu-west-1',
      UseFIPS: false,
      UseDualStack: true,
    });
    expect(url.href).toBe('https://arc-zonal-shift.eu-west-1.api.aws/');
    expect(() => client.config.endpointProvider({})).toThrow('Missing Region');
    expect(() => client.config.endpointProvider({ Endpoint: 'https://a.example', UseFIPS: true })).toThrow(
      'FIPS and custom endpoint are not supported',
    );
  });

  it('is the one that is given, with its path', async () => {
    const asked = await wouldAsk({ region: 'eu-west-1', credentials, endpoint: 'https://arc.example:8443' });
    expect(asked.url).toBe('https://arc.example:8443');
  });
});

describe('where nothing is given, the environment', () => {
  it('gives Region, credentials and session token', async () => {
    vi.stubEnv('AWS_REGION', 'ap-south-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENVIRONMENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token-of-the-environment');
    const asked = await wouldAsk();
    expect(asked.url).toBe('https://arc-zonal-shift.ap-south-1.amazonaws.com');
    expect(asked.authorization).toContain('Credential=AKIDENVIRONMENT/');
    expect(asked.authorization).toContain('token-of-the-environment');
  });

  it('gives FIPS and dual stack', async () => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', 'true');
    const asked = await wouldAsk({ region: 'us-west-2', credentials });
    expect(asked.url).toBe('https://arc-zonal-shift-fips.us-west-2.api.aws');
  });

  it('gives an endpoint, that of the service before that of all', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:2');
    expect((await wouldAsk({ region: 'us-west-2', credentials })).url).toBe('http://127.0.0.1:2');
    vi.stubEnv('AWS_ENDPOINT_URL_ARC_ZONAL_SHIFT', 'http://127.0.0.1:1');
    expect((await wouldAsk({ region: 'us-west-2', credentials })).url).toBe('http://127.0.0.1:1');
  });

  it('gives an endpoint that is really asked', async () => {
    const api = await arc();
    vi.stubEnv('AWS_ENDPOINT_URL_ARC_ZONAL_SHIFT', api.endpoint);
    const client = new ARCZonalShiftClient({ region: api.region, credentials: api.credentials });
    onTestFinished(() => client.destroy());
    await client.send(new ListAutoshiftsCommand({}));
    expect(api.requests).toMatchObject([{ operation: 'ListAutoshifts', signed: true }]);
  });

  it("names AWS's configuration files", async () => {
    writeFileSync(
      process.env.AWS_CONFIG_FILE ?? '',
      '[profile cluster]\nregion = sa-east-1\nuse_dualstack_endpoint = true\n',
    );
    writeFileSync(
      process.env.AWS_SHARED_CREDENTIALS_FILE ?? '',
      '[cluster]\naws_access_key_id = AKIDFILE\naws_secret_access_key = secret\n',
    );
    const asked = await wouldAsk({ profile: 'cluster' });
    expect(asked.url).toBe('https://arc-zonal-shift.sa-east-1.api.aws');
    expect(asked.authorization).toContain('Credential=AKIDFILE/');
  });
});
