import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { makeAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';
import { startTlsServer } from '../../../webhook/server/tls-server.ts';
import { AdmissionClient, readAnswer } from '../../standins/admission-client.ts';
import { reviewOf } from './reviews.ts';
import { eventually, startServing } from './serving.ts';

const BODY = JSON.stringify(reviewOf());

async function otherCertificate() {
  const now = new Date();
  const authority = await makeAuthority(now);
  return { caPem: authority.certificatePem, leaf: await signLeaf(authority, ['127.0.0.1'], now) };
}

test('a request that is half sent is answered, and its connection goes on, while new ones get the new certificate', async () => {
  const serving = await startServing();
  const { port } = serving.server;
  const socket = connect({ host: '127.0.0.1', port, ca: serving.caPem });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  const heard = { text: '', ended: false };
  socket.on('data', (chunk: Buffer) => {
    heard.text += chunk.toString('utf8');
  });
  socket.on('close', () => {
    heard.ended = true;
  });
  const answers = () => heard.text.split('HTTP/1.1 200 OK').length - 1;
  const head = `POST /mutate HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(BODY)}\r\n\r\n`;
  socket.write(head + BODY.slice(0, 50));
  await eventually(async () => expect(await serving.inFlight()).toBe(1));

  const { caPem, leaf } = await otherCertificate();
  serving.server.setCertificate(leaf);
  const client = new AdmissionClient({ port, caPem });
  onTestFinished(() => client.close());
  await expect(client.review('/mutate', reviewOf())).resolves.toMatchObject({ allowed: true });
  const stranger = new AdmissionClient({ port, caPem: serving.caPem });
  onTestFinished(() => stranger.close());
  await expect(stranger.review('/mutate', reviewOf())).rejects.toThrow(/certificate/);

  socket.write(BODY.slice(50));
  await eventually(() => expect(answers()).toBe(1));
  socket.write(head + BODY);
  await eventually(() => expect(answers()).toBe(2));
  expect(heard.ended).toBe(false);
});

test('clients that send all the time, over kept and over new connections, see no failure in ten swaps', async () => {
  const serving = await startServing();
  const { port } = serving.server;
  const pairs = [await otherCertificate(), await otherCertificate()];
  const trusted = [serving.caPem, ...pairs.map((pair) => pair.caPem)].join('');
  let stopped = false;
  const tally = { answered: 0, failed: [] as unknown[] };
  const send = async (agent: AdmissionClient | undefined) => {
    while (!stopped) {
      try {
        if (agent === undefined) await reviewOnNewConnection(port, trusted);
        else await agent.review('/mutate', reviewOf());
        tally.answered += 1;
      } catch (error) {
        tally.failed.push(error);
      }
    }
  };
  const kept = Array.from({ length: 4 }, () => new AdmissionClient({ port, caPem: trusted, connections: 1 }));
  for (const client of kept) onTestFinished(() => client.close());
  const clients = [...kept, undefined, undefined].map(send);
  for (let swap = 0; swap < 10; swap += 1) {
    const before = tally.answered;
    await eventually(() => expect(tally.answered).toBeGreaterThan(before + 20));
    const pair = pairs[swap % 2];
    if (pair !== undefined) serving.server.setCertificate(pair.leaf);
  }
  stopped = true;
  await Promise.all(clients);
  expect(tally.failed).toEqual([]);
});

/** A call as a client makes it that keeps no connection. @throws what ends it */
async function reviewOnNewConnection(port: number, ca: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const request = httpsRequest({
    host: '127.0.0.1',
    port,
    path: '/mutate',
    method: 'POST',
    ca,
    agent: false,
    headers,
  });
  request.end(BODY);
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  readAnswer(text);
}

test('a server without a certificate listens, and serves from its first one on', async () => {
  const server = await startTlsServer({
    host: '127.0.0.1',
    port: 0,
    handler: async (_request, response) => void response.end('served'),
  });
  onTestFinished(() => server.drain(0, 0));
  const handshake = async (ca: string) => {
    const socket = connect({ host: '127.0.0.1', port: server.port, ca });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'secureConnect');
    return socket.getProtocol();
  };
  const { caPem, leaf } = await otherCertificate();
  await expect(handshake(caPem)).rejects.toThrow();
  server.setCertificate(leaf);
  await expect(handshake(caPem)).resolves.toBe('TLSv1.3');
});

test('a pair that OpenSSL refuses changes nothing', async () => {
  const serving = await startServing();
  const { leaf } = await otherCertificate();
  const { keyPem } = (await otherCertificate()).leaf;
  expect(() => serving.server.setCertificate({ certPem: leaf.certPem, keyPem })).toThrow(/key/);
  expect(() => serving.server.setCertificate({ certPem: 'garbage', keyPem })).toThrow();
  const fresh = new AdmissionClient({ port: serving.server.port, caPem: serving.caPem });
  onTestFinished(() => fresh.close());
  await expect(fresh.review('/mutate', reviewOf())).resolves.toMatchObject({ allowed: true });
});

test('TLS before 1.2 stays refused after a swap', async () => {
  const serving = await startServing();
  const { caPem, leaf } = await otherCertificate();
  serving.server.setCertificate(leaf);
  const socket = connect({
    ...{ host: '127.0.0.1', port: serving.server.port, ca: caPem },
    ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
  });
  onTestFinished(() => void socket.destroy());
  await expect(once(socket, 'secureConnect')).rejects.toThrow(/protocol version/);
});
