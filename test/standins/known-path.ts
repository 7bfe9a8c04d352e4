import { encodeKeys, KEYS_SECRET_NAME } from '../../shared/keys/keys-document.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { KubeApi } from './kube-api.ts';

/** A token that a test knows. */
export const TOKEN = '0123456789abcdef'.repeat(3);
export const MUTATE = `/mutate/${TOKEN}`;
export const VALIDATE = `/validate/${TOKEN}`;

/** The Secret of a product that has been installed for a day, and asks by the token. */
export function putKeys(api: KubeApi): void {
  const madeMs = Date.now() - 86_400_000;
  const markKeys = [{ id: 'abcdef0123456789', secret: new Uint8Array(32).fill(7), madeMs }];
  const metadata = { namespace: 'zonewarden', name: KEYS_SECRET_NAME };
  api.put(resources.secrets, {
    metadata,
    data: encodeKeys({ markKeys, tokens: [{ token: TOKEN, madeMs }] }),
  });
}
