import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { identityOf } from '../../control-plane/process-identity.ts';

/** /livez without credentials: 200 by default, 401 with --anonymous-auth=false. Shows that the flag is in force. */
function anonymousStatus({ endpoint, caFile }: ControlPlane): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = get(new URL('/livez', endpoint), { ca: readFileSync(caFile), agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
  });
}

describe('restartApiServer', () => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ extraApiServerArgs: ['--anonymous-auth=false'] });
  });

  afterAll(() => controlPlane?.stop());

  it('gives a new process with the same endpoint, kubeconfig, flags and objects', async () => {
    await controlPlane.kubectl(['create', 'configmap', 'kept', '--from-literal=a=b']);
    expect(await anonymousStatus(controlPlane)).toBe(401);
    const { endpoint, kubeconfigPath, pids: before } = controlPlane;
    const kubeconfig = readFileSync(kubeconfigPath, 'utf8');

    await controlPlane.restartApiServer();

    expect(controlPlane.pids.apiServer).not.toBe(before.apiServer);
    expect(controlPlane.pids.etcd).toBe(before.etcd);
    expect(identityOf(before.apiServer)).toBeUndefined();
    expect(controlPlane.endpoint).toBe(endpoint);
    expect(readFileSync(kubeconfigPath, 'utf8')).toBe(kubeconfig);
    const { stdout } = await controlPlane.kubectl(['get', 'configmap', 'kept', '-o=jsonpath={.data.a}']);
    expect(stdout).toBe('b');
    expect(await anonymousStatus(controlPlane)).toBe(401);
  });
});
