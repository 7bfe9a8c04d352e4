import { z } from 'zod';
import { createKubeClient } from '../../shared/kube/client.ts';
import { loadKubeConfig } from '../../shared/kube/kube-config.ts';
import { resources } from '../../shared/kube/resource.ts';
import { encodeRecord, RECORD_NAME } from '../../shared/record/record-document.ts';
import { freePorts } from '../control-plane/free-ports.ts';
import { putKeys } from '../standins/known-path.ts';
import type { KubeApi } from '../standins/kube-api.ts';
import { askedPath } from './asked-path.ts';
import { type LimitedOptions, startLimitedProcess } from './limited-process.ts';

const NAMESPACE = 'zonewarden';

/** The webhook as the image has it, in a memory cgroup, with an API server that is a stand-in. */
export interface LimitedWebhook {
  readonly pid: number;
  readonly port: number;
  readonly opsUrl: string;
  readonly caPem: string;
  readonly logFile: string;
  /** The path that the API server asks by now: failures and time make another one. */
  path(step: 'mutate' | 'validate'): Promise<string>;
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** Starts it with flags of Node, and resolves when it is ready. */
export async function startLimitedWebhook(options: LimitedOptions): Promise<LimitedWebhook> {
  const { api } = options;
  putWhatItReads(api);
  putKeys(api);
  const [port = 0, opsPort = 0] = await freePorts(2);
  const args = ['--port', String(port), '--extra-names', '127.0.0.1'];
  const own = { opsPort, probe: 'readyz', args } as const;
  const { running, opsUrl, logFile } = await startLimitedProcess('webhook', options, own);
  const client = createKubeClient({ kubeConfig: loadKubeConfig(api.kubeconfigPath), userAgent: 'test' });
  return {
    path: (step) => askedPath(client, step),
    pid: running.identity.pid,
    port,
    opsUrl,
    caPem: caPemIn(api),
    logFile,
    isRunning: () => running.isRunning(),
    async stop() {
      client.close();
      await running.stop('SIGTERM', 5000);
    },
  };
}

/** One zone is away; the webhook configurations are there for it to put its CA in. */
function putWhatItReads(api: KubeApi): void {
  const webhooks = [{ name: 'nodepools.zonewarden.io', clientConfig: { url: 'https://127.0.0.1/' } }];
  api.put(resources.mutatingWebhookConfigurations, { metadata: { name: 'zonewarden' }, webhooks });
  api.put(resources.validatingWebhookConfigurations, { metadata: { name: 'zonewarden' }, webhooks });
  const sources = [{ id: 'autoshift/region', kind: 'autoshift' as const, since: '2026-11-21T04:00:00Z' }];
  const zones = [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired' as const, sources }];
  const { annotations, data } = encodeRecord({ generation: 1, zones, ended: {} });
  const metadata = { namespace: NAMESPACE, name: RECORD_NAME, annotations: { ...annotations } };
  api.put(resources.configMaps, { metadata, data });
}

const secretSchema = z.object({ data: z.object({ 'tls.crt': z.base64() }) });

function caPemIn(api: KubeApi): string {
  const secret = api.read(resources.secrets, { namespace: NAMESPACE, name: 'zonewarden-webhook-ca' });
  return Buffer.from(secretSchema.parse(secret).data['tls.crt'], 'base64').toString('utf8');
}
