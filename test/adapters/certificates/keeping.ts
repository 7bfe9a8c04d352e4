import { X509Certificate } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { type ResourceType, resources } from '../../../shared/kube/resource.ts';
import { certificatesIn } from '../../../webhook/certificates/ca-bundle.ts';
import { createCertificateKeeper } from '../../../webhook/certificates/certificate-keeper.ts';
import type { CertificateEvents } from '../../../webhook/certificates/certificate-source.ts';
import { createRegistrationKeeper } from '../../../webhook/registration/registration-keeper.ts';
import {
  configurationTypes,
  createRegistrationWatch,
} from '../../../webhook/registration/registration-watch.ts';
import type { KubeApi } from '../../standins/kube-api.ts';
import { clientOf } from '../kube/fixture.ts';

export const DAY = 86_400_000;
/** All replicas' clocks stand still here until a test moves them: a busy machine lets no settling time pass. */
const START = Date.parse('2026-11-21T12:00:00Z');
export const SECRET_AT = { namespace: 'zonewarden', name: 'zonewarden-webhook-ca' };

/** What was told of a keeper, in short: `leaf start`, `ca made`, `bundle patched`, `failed ca kube.forbidden`. */
export interface Keeping {
  readonly told: readonly string[];
  /** Each leaf that was taken into service, the newest last: its PEM and the fingerprint of the CA that signed it. */
  readonly served: readonly { readonly pem: string; readonly ca: string | undefined }[];
  problem(): string | undefined;
  /** Moves this replica's clock at once; timers do not notice, as on a machine that was suspended. */
  sleep(ms: number): void;
  stop(): Promise<void>;
}

/** One replica's keeper against a stand-in, with looks each few milliseconds; it ends with the test. */
export function keep(
  api: KubeApi,
  options: { caDurationMs?: number; leafDurationMs?: number; tickMs?: number; elapsed?: () => number } = {},
): Keeping {
  const told: string[] = [];
  const served: { pem: string; ca: string | undefined }[] = [];
  const known: X509Certificate[] = [];
  let ahead = 0;
  const client = clientOf(api);
  const tuning = { backoffBaseMs: 2, backoffCapMs: 10 };
  const registrations = createRegistrationWatch({
    client,
    name: 'zonewarden',
    onProblem: () => undefined,
    tuning,
  });
  const events: CertificateEvents = {
    serve(pair, reason) {
      const leaf = new X509Certificate(pair.certPem);
      const ca = known.find((each) => leaf.verify(each.publicKey))?.fingerprint256;
      served.push({ pem: pair.certPem, ca });
      told.push(`leaf ${reason}`);
    },
    authority({ authority, outcome }) {
      known.push(authority.certificate);
      told.push(`ca ${outcome}`);
    },
    trust: () => writer.look(),
    failure: (what, error) => void told.push(`failed ${what}${codeOf(error)}`),
  };
  const keeper = createCertificateKeeper({
    client,
    ...{ namespace: SECRET_AT.namespace, secretName: SECRET_AT.name },
    ...{ serviceName: 'zonewarden-webhook', extraNames: ['127.0.0.1'] },
    caDurationMs: options.caDurationMs ?? 365 * DAY,
    leafDurationMs: options.leafDurationMs ?? 7 * DAY,
    registrations,
    events,
    now: () => START + ahead + (options.elapsed?.() ?? 0),
    tickMs: options.tickMs ?? 5,
    tuning,
  });
  const writer = createRegistrationKeeper({
    ...{ client, registrations, tuning, tickMs: options.tickMs ?? 5 },
    fields: keeper.trust === undefined ? [] : [keeper.trust],
    onWrite: (_kind, _field, outcome, error) => void told.push(`bundle ${outcome}${codeOf(error)}`),
  });
  registrations.start();
  keeper.start();
  writer.start();
  const stop = async () => {
    await Promise.all([keeper.stop(), writer.stop(), registrations.stop()]);
  };
  onTestFinished(stop);
  return {
    told,
    served,
    problem: () => keeper.problem(),
    sleep(ms) {
      ahead += ms;
    },
    stop,
  };
}

/** Writes both configurations, with these bundles or none, as a re-apply from Git does. */
export function putConfigurations(api: KubeApi, caBundle?: string): void {
  const url = 'https://127.0.0.1/';
  const clientConfig = caBundle === undefined ? { url } : { url, caBundle };
  for (const type of configurationTypes) {
    const webhooks = ['nodepools', 'nodeclaims'].map((name) => ({ name, clientConfig }));
    api.put(type, { metadata: { name: 'zonewarden' }, webhooks });
  }
}

const configurationSchema = z.object({
  webhooks: z.array(z.object({ clientConfig: z.object({ caBundle: z.string().default('') }) })),
});

/** What each webhook of a configuration trusts, as fingerprints. */
function trusted(api: KubeApi, type: ResourceType): string[][] {
  const { webhooks } = configurationSchema.parse(api.read(type, { name: 'zonewarden' }));
  return webhooks.map(({ clientConfig }) =>
    certificatesIn(clientConfig.caBundle).map((certificate) => certificate.fingerprint256),
  );
}

/** Whether every webhook of both configurations trusts exactly these, in this order. */
export const allTrust = (api: KubeApi, ...ids: string[]): boolean =>
  configurationTypes.every((type) => trusted(api, type).every((each) => each.join() === ids.join()));

/** The fingerprint of the CA in the Secret; empty when there is none that can be read. */
export function storedCa(api: KubeApi): string {
  const secret = z
    .object({ data: z.object({ 'tls.crt': z.string() }) })
    .safeParse(api.read(resources.secrets, SECRET_AT));
  if (!secret.success) return '';
  const [certificate] = certificatesIn(secret.data.data['tls.crt']);
  return certificate?.fingerprint256 ?? '';
}

function codeOf(error: unknown): string {
  if (error === undefined) return '';
  return typeof error === 'object' && error !== null && 'code' in error ? ` ${String(error.code)}` : ' other';
}
