import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { catalogFromEc2, readInstanceTypes } from '../../shared/catalog/from-ec2.ts';
import { NETWORK_BANDWIDTH_KEY } from '../../shared/requirements/labels.ts';
import { motoInstanceTypes } from '../moto/moto-instance-types.ts';
import { motoVersion } from '../moto/moto-server.ts';
import { PythonEnvironmentError } from '../python/python-environment.ts';
import {
  COMPARED_KEYS,
  type ComparedLabels,
  familyDigests,
  GOLDEN_FILE,
  type Golden,
  labelsInCatalog,
  labelsInKarpenter,
  readGolden,
} from './label-digests.ts';
import { askKarpenter, providerVersion } from './labels-oracle.ts';

/**
 * `npm run test:karpenter-labels`: asks Karpenter's own Go code for the labels of every instance type that moto knows, and
 * compares them one by one with those of `catalog import`. Then it sees that karpenter-labels.json, which
 * `npm test` compares the bundled types with, is what Karpenter says now; `-- --write` writes it. Ends with 1 where
 * something differs, with 77 where moto cannot be had. Not a part of `npm test`: building the program takes some minutes.
 */
const NOT_POSSIBLE_HERE = 77;

async function differences(): Promise<string[]> {
  const described = await motoInstanceTypes();
  const instanceTypes = readInstanceTypes(described);
  const ours = labelsInCatalog(
    catalogFromEc2({ source: 'ec2', madeAt: bundledCatalog().origin.madeAt }, { instanceTypes }),
  );
  const answer = labelsInKarpenter(await askKarpenter(described));
  // Karpenter filters in its question to EC2, not where it makes labels.
  const theirs = new Map([...answer].filter(([type]) => ours.has(type)));
  const golden: Golden = {
    karpenter: providerVersion(),
    moto: motoVersion(),
    families: familyDigests(theirs),
    networkBandwidth: otherBandwidths(ours, theirs),
  };
  console.log(report(ours, golden));
  if (process.argv.includes('--write')) writeGolden(golden);
  const isCurrent = JSON.stringify(readGolden()) === JSON.stringify(golden);
  return [
    ...[...ours].flatMap(([type, labels]) => wrongLabels(type, labels, theirs.get(type))),
    ...(isCurrent ? [] : [`${GOLDEN_FILE} is not what Karpenter says now; -- --write writes it`]),
  ];
}

function wrongLabels(type: string, ours: ComparedLabels, theirs: ComparedLabels | undefined): string[] {
  return COMPARED_KEYS.filter((key) => key !== NETWORK_BANDWIDTH_KEY).flatMap((key) => {
    const [our, their] = [ours.get(key), theirs?.get(key)];
    return theirs !== undefined && our === their ? [] : [`${type} ${key}: ${our}, Karpenter has ${their}`];
  });
}

function otherBandwidths(
  ours: ReadonlyMap<string, ComparedLabels>,
  theirs: ReadonlyMap<string, ComparedLabels>,
): Record<string, string | null> {
  const pairs = [...ours].flatMap(([type, labels]) => {
    const their = theirs.get(type)?.get(NETWORK_BANDWIDTH_KEY);
    return labels.get(NETWORK_BANDWIDTH_KEY) === their ? [] : [[type, their ?? null] as const];
  });
  return Object.fromEntries(pairs);
}

function report(ours: ReadonlyMap<string, ComparedLabels>, { networkBandwidth, karpenter }: Golden): string {
  const others = Object.values(networkBandwidth);
  const missing = others.filter((bandwidth) => bandwidth === null).length;
  return [
    `${ours.size} types, ${COMPARED_KEYS.length - 1} labels each, against Karpenter's AWS provider ${karpenter}`,
    `network bandwidth: ${ours.size - others.length} agree, ${missing} are not in Karpenter's table, ${others.length - missing} differ`,
  ].join('\n');
}

function writeGolden(golden: Golden): void {
  writeFileSync(GOLDEN_FILE, `${JSON.stringify(golden, undefined, 2)}\n`);
  const biome = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'biome');
  spawnSync(biome, ['format', '--write', GOLDEN_FILE], { stdio: 'inherit' });
}

try {
  const wrong = await differences();
  for (const line of wrong.slice(0, 50)) console.error(line);
  console.log(wrong.length === 0 ? 'all equal' : `${wrong.length} differences`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof PythonEnvironmentError)) throw error;
  console.error(`Labels were not compared: moto cannot be installed. ${error.message}`);
  process.exitCode = NOT_POSSIBLE_HERE;
}
