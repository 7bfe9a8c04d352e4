import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseDocument } from 'yaml';
import { karpenterCrdFiles } from '../../control-plane/crd-files.ts';

const DISRUPTION = [
  ...['spec', 'versions', 0, 'schema', 'openAPIV3Schema'],
  ...['properties', 'spec', 'properties', 'disruption'],
];

/**
 * A file with the CRD of NodePools as karpenter-provider-aws v1.15.1 has it: ours with the two changes that accept more.
 * That release itself needs a newer Go than test machines have to be unpacked.
 */
export async function nextNodePoolCrd(): Promise<string> {
  const files = await karpenterCrdFiles('aws');
  const ours = files.find((file) => file.endsWith('karpenter.sh_nodepools.yaml'));
  if (ours === undefined) throw new Error('Karpenter has no CRD of NodePools any more');
  const crd = parseDocument(readFileSync(ours, 'utf8'));
  crd.deleteIn([...DISRUPTION, 'required']);
  crd.setIn([...DISRUPTION, 'properties', 'consolidateAfter', 'default'], '0s');
  crd.addIn(
    [...DISRUPTION, 'properties', 'budgets', 'items', 'properties', 'reasons', 'items', 'enum'],
    'Unhealthy',
  );
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-crd-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'karpenter.sh_nodepools.yaml');
  writeFileSync(file, String(crd));
  return file;
}
