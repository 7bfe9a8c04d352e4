import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';

export interface KubeconfigContent {
  readonly endpoint: string;
  /** PEM; written into the file, so that the file stands alone. */
  readonly ca: string;
  readonly token: string;
  /** Name of the user and the context. */
  readonly user: string;
  readonly namespace?: string;
}

/** Writes a kubeconfig with one context, readable by the owner alone, and returns its path. */
export function writeKubeconfig(file: string, content: KubeconfigContent): string {
  const { endpoint, ca, token, user, namespace = 'default' } = content;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': user,
    clusters: [
      {
        name: 'zonewarden-test',
        cluster: { server: endpoint, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: user, context: { cluster: 'zonewarden-test', user, namespace } }],
  };
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}
