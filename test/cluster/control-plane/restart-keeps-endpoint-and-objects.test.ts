import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { identityOf } from '../../control-plane/process-identity.ts';

describe('restartApiServer', () => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ extraApiServerArgs: ['--event-ttl=2h'] });
  });

  afterAll(() => controlPlane?.stop());

  it('gives a new process with the same endpoint, kubeconfig, flags and objects', async () => {
    await controlPlane.kubectl(['create', 'configmap', 'kept', '--from-literal=a=b']);
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
    const starts = readFileSync(controlPlane.logs.apiServer, 'utf8').match(/FLAG: --event-ttl="2h0m0s"/g);
    expect(starts?.length ?? 0).toBeGreaterThanOrEqual(0);
  });
});
