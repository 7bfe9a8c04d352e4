import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';

describe('a service account kubeconfig', () => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await startControlPlane();
  });

  afterAll(() => controlPlane?.stop());

  it('may do what RBAC grants to the account, and nothing before', async () => {
    await controlPlane.kubectl(['create', 'serviceaccount', 'watcher']);
    const kubeconfig = await controlPlane.serviceAccountKubeconfig('default', 'watcher');
    const getNodes = () => controlPlane.kubectl(['get', 'nodes'], { kubeconfig, allowFailure: true });

    const refused = await getNodes();
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      'User "system:serviceaccount:default:watcher" cannot list resource "nodes"',
    );

    await controlPlane.kubectl(['create', 'clusterrole', 'nodes', '--verb=get,list', '--resource=nodes']);
    await controlPlane.kubectl([
      'create',
      'clusterrolebinding',
      'nodes',
      '--clusterrole=nodes',
      '--serviceaccount=default:watcher',
    ]);
    // The authorizer learns of the binding by watch.
    await vi.waitFor(async () => expect(await getNodes()).toMatchObject({ code: 0 }), { timeout: 20_000 });
  });

  it('is refused with the account named when there is none', async () => {
    await expect(controlPlane.serviceAccountKubeconfig('default', 'nobody')).rejects.toThrow(
      /default\/nobody: HTTP 404/,
    );
  });

  it('with a token that nobody gave out is not let in', async () => {
    const kubeconfig = controlPlane.kubeconfigFor({ token: 'made-up', user: 'stranger' });
    const { code, stderr } = await controlPlane.kubectl(['get', 'nodes'], { kubeconfig, allowFailure: true });
    expect(code).not.toBe(0);
    expect(stderr).toContain('Unauthorized');
  });
});
