import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlPlaneError } from './control-plane-error.ts';
import { filesIn } from './control-plane-folder.ts';
import { type SupervisedProcess, startProcess } from './supervised-process.ts';

/**
 * etcd listens on sockets in the control plane's folder, not on ports: no port can be taken, and no other user of
 * the machine can reach a data store that asks for no password. It wants the form `host:port` and takes it as a file
 * name relative to its working directory, and so does kube-apiserver: both run in that folder.
 */
export const etcdEndpoint = 'unix://etcd:1';

/** Starts etcd, with what it has stored before, and waits until it listens. Throws `control-plane.start-failed`. */
export async function startEtcd(binary: string, dir: string, detached: boolean): Promise<SupervisedProcess> {
  const files = filesIn(dir);
  const peer = 'unix://peer:1';
  // Of one that was killed: its file would be taken for a sign of life below.
  rmSync(join(dir, 'etcd:1'), { force: true });
  const etcd = await startProcess({
    command: binary,
    args: [
      '--name=test',
      `--data-dir=${files.etcdData}`,
      `--listen-client-urls=${etcdEndpoint}`,
      `--advertise-client-urls=${etcdEndpoint}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=test=${peer}`,
      // Nothing here has to survive a power cut, and waiting for the disk is most of a write's time.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    cwd: dir,
    logFile: files.etcdLog,
    detached,
  });
  const deadline = Date.now() + 30_000;
  // Its file appears when etcd binds it.
  while (!existsSync(join(dir, 'etcd:1'))) {
    if (!etcd.isRunning() || Date.now() > deadline) {
      await etcd.stop('SIGKILL');
      throw new ControlPlaneError(
        'start-failed',
        `etcd did not start. The end of ${files.etcdLog}:\n${etcd.logTail()}`,
      );
    }
    await delay(10);
  }
  return etcd;
}
