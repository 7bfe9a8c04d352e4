import { request } from 'node:http';
import { z } from 'zod';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

const answerSchema = z.object({ header: z.object({ revision: z.string() }) });

/**
 * Compacts the store of a control plane whose API server is halted: every revision that a client may have seen is gone
 * for good. A key of nobody's is written first, so that the newest revision is one that nobody has seen.
 */
export async function compactEverythingSeen({ dir }: Pick<ControlPlane, 'dir'>): Promise<void> {
  const key = Buffer.from('/nobody').toString('base64');
  const { header } = await call(dir, '/v3/kv/put', { key, value: key });
  await call(dir, '/v3/kv/compaction', { revision: header.revision, physical: true });
}

/** etcd's own JSON gateway, on the socket that its clients use. */
function call(dir: string, path: string, body: object): Promise<z.infer<typeof answerSchema>> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: `${dir}/etcd:1`,
        path,
        method: 'POST',
        headers: { host: 'localhost', 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(answerSchema.parse(JSON.parse(text)));
          else reject(new Error(`etcd ${path}: HTTP ${response.statusCode} ${text}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}
