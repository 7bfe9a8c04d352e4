import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { ensureMoto } from './moto-server.ts';

/**
 * The real answer of ec2:DescribeInstanceTypes that moto carries: `InstanceTypes`, of all Regions together, as JSON.
 *
 * @throws PythonEnvironmentError where moto cannot be had
 */
export async function motoInstanceTypes(): Promise<unknown[]> {
  const python = join(await ensureMoto(), 'bin', 'python3');
  const { stdout } = spawnSync(python, ['-c', 'import moto; print(moto.__path__[0])'], { encoding: 'utf8' });
  const file = join(stdout.trim(), 'ec2', 'resources', 'instance_types.json.gz');
  const byName = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(gunzipSync(readFileSync(file)).toString()));
  return Object.values(byName);
}
