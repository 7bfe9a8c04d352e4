import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../../control-plane/free-ports.ts';

async function take(port: number): Promise<void> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}

it('ports that a server comes back to are none that a system gives to clients, and each is given out once', async () => {
  const ports = [...(await freePorts(20)), ...(await freePorts(20))];
  expect(new Set(ports).size).toBe(40);
  expect(Math.max(...ports)).toBeLessThan(32_768);
  for (const port of ports) await take(port);
});

it('one that is taken is passed over', async () => {
  const [port = 0] = await freePorts(1);
  await take(port + 1);
  expect(await freePorts(2)).not.toContain(port + 1);
});
