import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodePool, reviewOf } from '../../http/webhook/reviews.ts';
import { startLimitedWebhook } from '../../installation/limited-webhook.ts';
import { makeMemoryCgroup } from '../../installation/memory-cgroup.ts';
import { containerInBase } from '../../installation/product-container.ts';
import { scrape } from '../../installation/scrape.ts';
import { AdmissionClient } from '../../standins/admission-client.ts';
import { startKubeApi } from '../../standins/kube-api.ts';

const MIB = 1024 * 1024;
const CONNECTIONS = 10;
/** Enough for V8 to compile what they run through, and for the heap to reach its size. */
const REQUESTS = 8000;

/** How many NodePools differ, and what is resident at the most, of 256 MiB that the container has. */
const LOADS = [
  { what: 'two hundred NodePools, each again and again', differing: 200, mostMib: 160 },
  // No verdict is remembered, and V8 lets the heap grow to its limit.
  { what: 'ever new NodePools', differing: REQUESTS, mostMib: 210 },
] as const;

test.for(LOADS)(
  'a webhook that ten connections ask of $what has less than $mostMib MiB',
  async ({ differing, mostMib }, { skip }) => {
    const { limitBytes, flags, env } = containerInBase('webhook');
    const cgroup = makeMemoryCgroup(limitBytes);
    if (typeof cgroup === 'string') return skip(cgroup);
    const dir = mkdtempSync(join(tmpdir(), 'zonewarden-loaded-'));
    const api = await startKubeApi();
    const webhook = await startLimitedWebhook({ api, dir, flags, env, cgroup });
    const client = new AdmissionClient({ ...webhook, connections: CONNECTIONS });
    onTestFinished(async () => {
      client.close();
      await webhook.stop();
      await api.stop();
      await cgroup.remove();
      rmSync(dir, { recursive: true, force: true });
    });

    const paths = [await webhook.path('mutate'), await webhook.path('validate')] as const;
    let left = REQUESTS;
    const ask = async () => {
      while (left > 0) {
        left -= 1;
        const number = String(left % differing);
        const object = nodePool(['us-east-1a', 'us-east-1b'], { labels: { number } });
        await client.review(paths[left % 2 === 0 ? 0 : 1], reviewOf({ object }));
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, ask));

    const { sum } = await scrape(webhook.opsUrl);
    expect(sum('process_resident_memory_bytes') / MIB).toBeLessThan(mostMib);
  },
);
