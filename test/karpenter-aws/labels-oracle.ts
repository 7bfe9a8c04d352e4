import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { ensureCached } from '../control-plane/binary-cache.ts';
import { requiredVersion, userCacheDir } from '../control-plane/pinned-versions.ts';

const moduleDir = import.meta.dirname;
const NAME = 'karpenter-aws';
const MODULE = 'github.com/aws/karpenter-provider-aws';

/** The version of Karpenter's AWS provider that is asked: `v1.14.1`. */
export function providerVersion(): string {
  return requiredVersion(join(moduleDir, 'go.mod'), MODULE);
}

const answerSchema = z.record(z.string(), z.record(z.string(), z.array(z.string()).nullable()));

/** For each type the values of each label, `null` for one that must be absent. */
export type KarpenterLabels = z.output<typeof answerSchema>;

/**
 * Asks Karpenter's own NewInstanceType for the labels of types.
 *
 * @param instanceTypes `InstanceTypes` of ec2:DescribeInstanceTypes, as JSON
 * @throws ControlPlaneError `control-plane.go-missing` where there is no Go to build the program
 */
export async function askKarpenter(instanceTypes: readonly unknown[]): Promise<KarpenterLabels> {
  const child = spawn(await oracle(), [], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.on('error', () => undefined); // The exit status tells.
  child.stdin.end(JSON.stringify(instanceTypes));
  const [out, complaints, status] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (status !== 0) throw new Error(`The program that asks Karpenter ended with ${status}: ${complaints}`);
  return answerSchema.parse(JSON.parse(out));
}

/** Path of the program. Built on the first call, two or three minutes, and kept in the user's cache. */
async function oracle(): Promise<string> {
  const version = providerVersion();
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'main.go']) hash.update(readFileSync(join(moduleDir, file)));
  const key = `${version}_${process.platform}-${process.arch}_${hash.digest('hex').slice(0, 12)}`;
  const cacheDir = join(userCacheDir(), NAME, key);
  await ensureCached(
    {
      moduleDir,
      cacheDir,
      versions: `Karpenter's AWS provider ${version}`,
      title: "Karpenter's instance types",
      linkerFlags: '-s -w',
      sources: { [NAME]: { package: '.', output: NAME } },
    },
    [NAME],
  );
  return join(cacheDir, NAME);
}
