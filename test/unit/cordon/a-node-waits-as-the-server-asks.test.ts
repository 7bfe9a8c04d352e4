import { expect, it } from 'vitest';
import { KubeError } from '../../../shared/kube/errors.ts';
import { readNode } from '../../../shared/views/node.ts';
import { NodeAttempts } from '../../../watcher/controllers/standstill/node-attempts.ts';

const node = readNode({ metadata: { name: 'a', uid: 'a', resourceVersion: '1' } });

it('a Node is written again not before the time that the server asked for', () => {
  const attempts = new NodeAttempts();
  attempts.note(node, 'failed', 0, new KubeError('kube.throttled', 'patch', { retryAfterSeconds: 30 }));
  expect(attempts.mayTry(node, 29_999)).toBe(false);
  // Up to a second of its own back-off beside it.
  expect(attempts.mayTry(node, 31_001)).toBe(true);
});
