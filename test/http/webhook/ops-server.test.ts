import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { startOpsServer } from '../../../shared/process/ops-server.ts';

async function serve(reasons: readonly string[]) {
  const ops = await startOpsServer({
    host: '127.0.0.1',
    port: 0,
    registry: new Registry(),
    unready: () => reasons,
  });
  onTestFinished(() => ops.close());
  return {
    ops,
    get: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${ops.port}${path}`, init),
  };
}

test('/readyz is 200 while there is no reason against it', async () => {
  const { get } = await serve([]);
  const response = await get('/readyz');
  expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
});

test('/readyz is 503 with every reason, while /healthz goes on to be 200', async () => {
  const { get } = await serve(['stopping', 'no record']);
  const response = await get('/readyz');
  expect([response.status, await response.text()]).toEqual([503, 'not ready: stopping; no record\n']);
  const health = await get('/healthz');
  expect([health.status, await health.text()]).toEqual([200, 'ok\n']);
});

test('anything else is 404, says nothing of the server, and repeats no markup', async () => {
  const { get } = await serve([]);
  const response = await get('/<script>alert(1)</script>');
  expect(response.status).toBe(404);
  expect(response.headers.get('x-powered-by')).toBeNull();
  expect(await response.text()).not.toContain('<script>');
  expect((await get('/metrics', { method: 'POST', body: 'x' })).status).toBe(404);
});

test('a path that cannot be decoded shows no stack', async () => {
  const { get } = await serve([]);
  const response = await get('/%E0%A4%A');
  expect(response.status).toBeLessThan(500);
  expect(await response.text()).not.toMatch(/node_modules|at .*\.js/);
});

test('a port that is taken is an error, not a server', async () => {
  const { ops } = await serve([]);
  const again = startOpsServer({
    host: '127.0.0.1',
    port: ops.port,
    registry: new Registry(),
    unready: () => [],
  });
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('after close it is gone, kept connections too', async () => {
  const { ops, get } = await serve([]);
  await (await get('/healthz')).text();
  await ops.close();
  await expect(get('/healthz')).rejects.toThrow();
});
