import { z } from 'zod';
import { type ApiTarget, apiRequest } from './api-request.ts';
import { ControlPlaneError } from './control-plane-error.ts';

const answerSchema = z.object({ status: z.object({ token: z.string() }) });

/**
 * A token of one hour for a service account, from the TokenRequest API as a kubelet asks for it.
 * Throws `control-plane.token-refused` when there is no such service account.
 */
export async function requestServiceAccountToken(
  target: ApiTarget,
  namespace: string,
  name: string,
): Promise<string> {
  const { status, text } = await apiRequest(target, {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: JSON.stringify({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    }),
  });
  if (status !== 201) {
    throw new ControlPlaneError(
      'token-refused',
      `No token for service account ${namespace}/${name}: HTTP ${status} ${text}. Create the service account first.`,
    );
  }
  return answerSchema.parse(JSON.parse(text)).status.token;
}
