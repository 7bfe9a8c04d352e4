import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import type { Output } from '../output/output.ts';

/** What a command works with: an API server, the product's namespace, and a time limit for all of it. */
export interface Session {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly output: Output;
}

export interface SessionOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace: string;
}

/** The time limit of most commands. Longer than one call may take, so that a call that hangs is told as such. */
export const COMMAND_MS = 30_000;

/** Runs one command against the API server. Resolves with its exit status: 0, or 1 and one line that says why. */
export async function runInSession(
  options: SessionOptions,
  output: Output,
  work: (session: Session) => Promise<void>,
  limitMs: number = COMMAND_MS,
): Promise<number> {
  let client: KubeClient | undefined;
  try {
    // Most of the program's bulk, and nothing that a command without an API server should wait for.
    const { createKubeClient } = await import('../../shared/kube/client.ts');
    const { loadKubeConfig } = await import('../../shared/kube/kube-config.ts');
    client = createKubeClient({
      kubeConfig: loadKubeConfig(options.kubeconfig, options.context),
      userAgent: 'zonewarden-cli',
    });
    await work({
      client,
      namespace: options.namespace,
      signal: AbortSignal.timeout(limitMs),
      output,
    });
    return 0;
  } catch (error) {
    output.fail(messageOf(error));
    return 1;
  } finally {
    client?.close();
  }
}
