import { spawnSync } from 'node:child_process';
import { ControlPlaneError } from '../control-plane/control-plane-error.ts';

/** A command line that runs another one in a network namespace of its own, in which only loopback is there. */
export type Isolation = (command: readonly string[]) => { readonly command: string; readonly args: string[] };

/**
 * How to get a network namespace here: as root, or as any user through a user namespace. Tried out before it is
 * returned. Throws `control-plane.no-namespace` with what is missing and what to do about it.
 */
export function networkNamespace(isRoot = process.getuid?.() === 0): Isolation {
  const flags = isRoot ? ['--net'] : ['--user', '--map-root-user', '--net'];
  const isolation: Isolation = (command) => ({
    command: 'unshare',
    // Loopback is down in a new namespace.
    args: [...flags, '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command],
  });
  if (process.platform !== 'linux')
    throw impossible('network namespaces are a feature of Linux; run it there');
  for (const [tool, pack] of [['unshare', 'util-linux'] as const, ['ip', 'iproute2'] as const]) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) {
      throw impossible(`there is no command ${tool}; install the package ${pack}`);
    }
  }
  const { command, args } = isolation(['true']);
  const trial = spawnSync(command, args, { encoding: 'utf8' });
  if (trial.status !== 0)
    throw impossible(`"${command} ${flags.join(' ')}" failed: ${refusal(trial.stderr, isRoot)}`);
  return isolation;
}

function refusal(said: string | null, isRoot: boolean): string {
  const advice = isRoot
    ? 'root lacks CAP_SYS_ADMIN here; in a container, add that capability (docker run --cap-add SYS_ADMIN)'
    : 'this system does not let ordinary users make namespaces; run it as root, or allow them ' +
      '(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)';
  return `${(said ?? '').trim()}; ${advice}`;
}

function impossible(why: string): ControlPlaneError {
  return new ControlPlaneError(
    'no-namespace',
    `The tests with Karpenter run in a network namespace of their own, because Karpenter opens its ports on every ` +
      `interface. That is not possible here: ${why}.`,
  );
}
