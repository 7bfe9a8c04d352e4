import { spawnSync } from 'node:child_process';
import { ControlPlaneError } from '../control-plane/control-plane-error.ts';

/** A command line that runs another one in a network namespace of its own, in which only loopback is there. */
export type Isolation = (command: readonly string[]) => { readonly command: string; readonly args: string[] };

/** As root; and through a user namespace, which ordinary users may make, and root without CAP_SYS_ADMIN too. */
const ways = [['--net'], ['--user', '--map-root-user', '--net']];

/**
 * How to get a network namespace here, tried out. Throws `control-plane.no-namespace` with what is missing and what to
 * do about it.
 */
export function networkNamespace(): Isolation {
  if (process.platform !== 'linux')
    throw impossible('network namespaces are a feature of Linux; run it there');
  for (const [tool, pack] of [['unshare', 'util-linux'] as const, ['ip', 'iproute2'] as const]) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) {
      throw impossible(`there is no command ${tool}; install the package ${pack}`);
    }
  }
  const refusals: string[] = [];
  for (const flags of ways) {
    const isolation = isolationBy(flags);
    const { command, args } = isolation(['true']);
    const trial = spawnSync(command, args, { encoding: 'utf8' });
    if (trial.status === 0) return isolation;
    refusals.push(`"${command} ${flags.join(' ')}" says: ${trial.stderr.trim()}`);
  }
  throw impossible(
    `${refusals.join('; ')}. Run it as root (in a container with CAP_SYS_ADMIN: docker run --cap-add SYS_ADMIN), or ` +
      'let users make namespaces (sysctl kernel.unprivileged_userns_clone=1, or ' +
      'kernel.apparmor_restrict_unprivileged_userns=0)',
  );
}

function isolationBy(flags: readonly string[]): Isolation {
  return (command) => ({
    command: 'unshare',
    // Loopback is down in a new namespace.
    args: [...flags, '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command],
  });
}

function impossible(why: string): ControlPlaneError {
  return new ControlPlaneError(
    'no-namespace',
    `The tests with Karpenter run in a network namespace of their own, because Karpenter opens its ports on every ` +
      `interface. That is not possible here: ${why}.`,
  );
}
