import { expect, it } from 'vitest';
import { nodePool, reviewOf } from './reviews.ts';
import { startServing } from './serving.ts';

/** What the manifests have for a path, so that the API server's error names the document when nobody answers. */
const DOCUMENT = 'if-this-fails-see/docs/break-glass.md';

it.each(['/mutate', '/validate'])(
  'what follows %s in a path is for people, and the answer is the same',
  async (path) => {
    const { client } = await startServing();
    const { http: _short, ...short } = await client.review(`${path}?timeout=5s`, reviewOf());
    for (const longer of [`${path}/${DOCUMENT}?timeout=5s`, `${path}/`, `${path}/x/../y`]) {
      const { http, ...answer } = await client.review(longer, reviewOf());
      expect(http.status).toBe(200);
      expect(answer).toEqual(short);
    }
  },
);

it('the audit line and the counters name the webhook, and not the path', async () => {
  const serving = await startServing();
  await serving.client.review(`/validate/${DOCUMENT}`, reviewOf({ object: nodePool(['us-east-1b']) }));
  expect(serving.logged()).toMatchObject([{ event: 'decision', webhook: 'validate', action: 'unchanged' }]);
  const { values } = await serving.metrics.requests.get();
  expect(values.map(({ labels }) => labels.webhook)).toEqual(['validate']);
});
