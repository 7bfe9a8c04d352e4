import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { builtGoProgram } from '../control-plane/go-program.ts';
import { requiredVersion } from '../control-plane/pinned-versions.ts';

const moduleDir = import.meta.dirname;
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

/** Path of the program, built on the first call. */
async function oracle(): Promise<string> {
  return builtGoProgram({
    name: 'karpenter-aws',
    moduleDir,
    around: "Karpenter's AWS provider",
    version: providerVersion(),
    title: "Karpenter's instance types",
  });
}
