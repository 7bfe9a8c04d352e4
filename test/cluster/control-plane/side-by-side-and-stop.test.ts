import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { readPinnedVersions } from '../../control-plane/pinned-versions.ts';
import { identityOf } from '../../control-plane/process-identity.ts';

describe('two control planes side by side', () => {
  let planes: ControlPlane[] = [];
  const plane = (index: number): ControlPlane => {
    const found = planes[index];
    if (found === undefined) throw new Error(`control plane ${index} was not started`);
    return found;
  };

  beforeAll(async () => {
    planes = await Promise.all([startControlPlane(), startControlPlane()]);
  });

  afterAll(async () => {
    await Promise.all(planes.map((one) => one.stop()));
  });

  it('both are ready, with nothing in common', async () => {
    for (const one of planes) {
      expect((await one.kubectl(['get', '--raw', '/readyz'])).stdout).toBe('ok');
    }
    expect(plane(0).endpoint).not.toBe(plane(1).endpoint);
    await plane(0).kubectl(['create', 'namespace', 'only-in-the-first']);
    const other = await plane(1).kubectl(['get', 'namespace', 'only-in-the-first'], { allowFailure: true });
    expect(other.code).not.toBe(0);
    expect(other.stderr).toContain('NotFound');
  });

  it('say the version that they were built from', async () => {
    const { stdout } = await plane(0).kubectl(['get', '--raw', '/version']);
    // Binaries of KUBEBUILDER_ASSETS may be of any version.
    const pinned = readPinnedVersions().kubernetes;
    expect(stdout).toContain(process.env.KUBEBUILDER_ASSETS ? '"gitVersion"' : `"gitVersion": "${pinned}"`);
  });

  it('stop ends its processes, removes its folder and leaves the other alone', async () => {
    const { pids, dir } = plane(0);
    expect(identityOf(pids.etcd)).toBeDefined();
    expect(identityOf(pids.apiServer)).toBeDefined();
    await plane(0).stop();
    expect(identityOf(pids.etcd)).toBeUndefined();
    expect(identityOf(pids.apiServer)).toBeUndefined();
    expect(existsSync(dir)).toBe(false);
    await plane(0).stop();
    expect((await plane(1).kubectl(['get', '--raw', '/readyz'])).stdout).toBe('ok');
  });
});
