import { connect } from 'node:tls';
import type { KubeClient } from '../../../shared/kube/client.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { trustedCas } from './trusted-cas.ts';

export interface HandshakeReport {
  readonly done: number;
  readonly failures: readonly string[];
  /** Fingerprints of the serving certificates that were met. */
  readonly leaves: ReadonlySet<string>;
}

const EVERY_MS = 100;

/** A handshake with whoever serves at `url`. @returns the serving certificate's fingerprint @throws when it is not trusted */
export function handshake(url: string, caPem: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(url);
    const socket = connect({ host, port: Number(port), ca: caPem, timeout: 5_000 }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('timeout', () => socket.destroy(new Error('the handshake took more than 5 s')));
    socket.on('error', reject);
  });
}

/**
 * The API server keeps its connections, so that it meets few certificates. This one makes a new connection every tenth
 * of a second and trusts what the stored configuration says at that moment, as an API server would that starts then.
 */
export function startHandshakes(client: KubeClient, url: string) {
  const failures: string[] = [];
  const leaves = new Set<string>();
  let done = 0;
  let underWay: Promise<void> | undefined;
  const once = async (): Promise<void> => {
    try {
      const [caPem = ''] = await trustedCas(client, resources.mutatingWebhookConfigurations);
      leaves.add(await handshake(url, caPem));
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
    done += 1;
  };
  const timer = setInterval(() => {
    underWay ??= once().finally(() => {
      underWay = undefined;
    });
  }, EVERY_MS);
  return {
    async stop(): Promise<HandshakeReport> {
      clearInterval(timer);
      await underWay;
      return { done, failures, leaves };
    },
  };
}
