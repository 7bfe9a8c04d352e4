import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reviewOf } from '../../http/webhook/reviews.ts';
import { type LimitedWebhook, startLimitedWebhook } from '../../installation/limited-webhook.ts';
import { type MemoryCgroup, makeMemoryCgroup } from '../../installation/memory-cgroup.ts';
import { containerInBase } from '../../installation/product-container.ts';
import { AdmissionClient } from '../../standins/admission-client.ts';
import { type KubeApi, startKubeApi } from '../../standins/kube-api.ts';
import { FROM_API_SERVER, hostileBodies, LARGEST, TOO_LARGE } from './hostile-bodies.ts';

const AT_ONCE = 12;
const { limitBytes, flags, env } = containerInBase('webhook');
const cgroup = makeMemoryCgroup(limitBytes);

/** The webhook as its container has it. A test that finds it ended fails, and so do those that follow. */
describe.skipIf(typeof cgroup === 'string')(
  `the webhook in a memory cgroup of the limit in the manifest${typeof cgroup === 'string' ? ` (${cgroup})` : ''}`,
  () => {
    const group = cgroup as MemoryCgroup;
    const dir = mkdtempSync(join(tmpdir(), 'zonewarden-hostile-'));
    let api: KubeApi;
    let webhook: LimitedWebhook;
    let client: AdmissionClient;

    beforeAll(async () => {
      api = await startKubeApi();
      webhook = await startLimitedWebhook({ api, dir, flags, env, cgroup: group });
      client = new AdmissionClient({ ...webhook, connections: 50 });
    });
    afterAll(async () => {
      client.close();
      await webhook.stop();
      await api.stop();
      await group.remove();
      rmSync(dir, { recursive: true, force: true });
    });

    /** Sends bodies at once, to both paths in turn, and beside them what an API server would. */
    async function shoot(bodies: readonly string[], stranger?: string): Promise<void> {
      const paths = [await webhook.path('mutate'), await webhook.path('validate')] as const;
      const shots = bodies.map((body, at) =>
        // An answer may be lost to a reset: who sends more than is read is cut off.
        client.call(stranger ?? paths[at % 2 === 0 ? 0 : 1], { body }).catch(() => undefined),
      );
      const honest = paths.map((path) => client.review(path, reviewOf()));
      const health = statusOf(`${webhook.opsUrl}/healthz`);
      const answers = await Promise.all(shots);
      const statuses = answers.flatMap((answer) => answer?.status ?? []);
      const expected = stranger === undefined ? [200, 400, 413, 503] : [404];
      expect(statuses.filter((status) => !expected.includes(status))).toEqual([]);
      await stillServes();
      await expect(health).resolves.toBe(200);
      await expect(honest[0]).resolves.toMatchObject({ allowed: true, patchType: 'JSONPatch' });
      await expect(honest[1]).resolves.toMatchObject({ allowed: false, status: { code: 403 } });
    }

    async function stillServes(): Promise<void> {
      expect(webhook.isRunning()).toBe(true);
      expect(group.killed()).toBe(0);
      await expect(statusOf(`${webhook.opsUrl}/healthz`)).resolves.toBe(200);
      const path = await webhook.path('mutate');
      await expect(client.review(path, reviewOf())).resolves.toMatchObject({ allowed: true });
    }

    test.each([
      ['more than a body may be', TOO_LARGE],
      ['the most that a body may be', LARGEST],
      ['what an API server reads', FROM_API_SERVER],
    ])('survives one request of each kind: %s', async (_name, bytes) => {
      for (const { body } of hostileBodies(bytes)) await shoot([body]);
    });

    test.each([
      ['more than a body may be', TOO_LARGE],
      ['the most that a body may be', LARGEST],
      ['what fits in at once', 300 * 1024],
    ])(`survives ${AT_ONCE} requests at once of each kind: %s`, async (_name, bytes) => {
      for (const { body } of hostileBodies(bytes)) await shoot(Array(AT_ONCE).fill(body));
    });

    test('survives connections by the hundred that ask nothing, or begin a body and send no more', async () => {
      const head = `POST ${await webhook.path('mutate')}?timeout=34s HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: ${LARGEST}\r\n\r\n`;
      const sent = ['', head, head + 'x'.repeat(100_000)];
      const held: TLSSocket[] = [];
      for (let at = 0; at < 1200; at += 1) {
        const socket = connect({ host: '127.0.0.1', port: webhook.port, ca: webhook.caPem });
        held.push(socket.on('error', () => {}));
        await new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve));
        socket.write(sent[at % sent.length] ?? '');
      }
      for (const socket of held) socket.destroy();
      await stillServes();
    });

    test('survives all kinds at once on a path that nobody but the API server knows', async () => {
      await shoot(
        hostileBodies(LARGEST).map(({ body }) => body),
        '/mutate/anything',
      );
    });

    test('survives all kinds at once', async () => {
      await shoot(hostileBodies(FROM_API_SERVER).map(({ body }) => body));
    });
  },
);

/** The status of a GET on a connection of its own, as a probe asks. */
async function statusOf(url: string): Promise<number | undefined> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
