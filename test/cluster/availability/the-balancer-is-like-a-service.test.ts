import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Endpoint, type LoadBalancer, startLoadBalancer } from '../../installation/load-balancer.ts';
import { until } from '../../installation/until.ts';

/** The balancer of these tests, with endpoints that answer with their name and are ready or not as they are told. */

interface FakePod extends Endpoint {
  readonly server: Server;
  ready: boolean;
}

const FAST = { periodMs: 20, timeoutMs: 1000, failureThreshold: 2 };

let balancer: LoadBalancer;
let pods: FakePod[];

async function startPod(name: string): Promise<FakePod> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/readyz' && !pod.ready ? 503 : 200;
    response.end(name);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pod: FakePod = { name, url, opsUrl: url, server, ready: true };
  return pod;
}

beforeEach(async () => {
  balancer = await startLoadBalancer(FAST);
  pods = [await startPod('one'), await startPod('two')];
  for (const pod of pods) balancer.add(pod);
  for (const { name } of pods) await balancer.untilIn(name);
});
afterEach(async () => {
  await balancer.stop();
  for (const { server } of pods) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A connection that stays open; each `ask` is one request on it, answered with the name of who serves. */
async function open(): Promise<{ readonly socket: Socket; ask(): Promise<string> }> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(balancer.url).port) });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return {
    socket,
    ask: () =>
      new Promise((resolve, reject) => {
        socket.once('error', reject);
        socket.once('data', (data) => resolve(data.toString().split('\r\n').at(-1) ?? ''));
        socket.write('GET / HTTP/1.1\r\nHost: balancer\r\nConnection: keep-alive\r\n\r\n');
      }),
  };
}

async function askedAnew(): Promise<string> {
  const { socket, ask } = await open();
  try {
    return await ask();
  } finally {
    socket.destroy();
  }
}

const podNamed = (name: string): FakePod => {
  const found = pods.find((pod) => pod.name === name);
  if (found === undefined) throw new Error(`there is no pod ${name}`);
  return found;
};

describe('the balancer', () => {
  it('sends new connections to the ready endpoints in turn', async () => {
    const served = [await askedAnew(), await askedAnew(), await askedAnew(), await askedAnew()];
    expect(served.toSorted()).toEqual(['one', 'one', 'two', 'two']);
    expect(served[0]).not.toBe(served[1]);
  });

  it('sends none to an endpoint that is not ready any more, and leaves its open connections', async () => {
    const kept = await open();
    const server = await kept.ask();
    podNamed(server).ready = false;
    await balancer.untilOut(server);
    expect([await askedAnew(), await askedAnew()]).not.toContain(server);
    expect(await kept.ask()).toBe(server);
    kept.socket.destroy();
    podNamed(server).ready = true;
    await balancer.untilIn(server);
  });

  it('sends none to an endpoint whose pod is being deleted, however ready it is', async () => {
    balancer.terminate('one');
    await balancer.untilOut('one');
    expect([await askedAnew(), await askedAnew(), await askedAnew()]).toEqual(['two', 'two', 'two']);
    expect(balancer.endpoints()).toEqual(['two']);
  });

  it('still sends connections to an endpoint that died, until it knows, and they are reset', async () => {
    const { server } = podNamed('one');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const outcomes = await Promise.allSettled([askedAnew(), askedAnew()]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await balancer.untilOut('one');
    expect([await askedAnew(), await askedAnew()]).toEqual(['two', 'two']);
  });

  it('resets connections while there is no endpoint', async () => {
    for (const pod of pods) pod.ready = false;
    await until('there is no endpoint', () => balancer.endpoints().length === 0);
    await expect(askedAnew()).rejects.toThrow();
  });
});
