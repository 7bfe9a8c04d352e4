import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../cli/program.ts';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { readCatalog } from '../../../shared/catalog/catalog-document.ts';
import { matchingTypes, typeNames, within } from '../../../shared/catalog/matches.ts';
import { requirementMap } from '../../../shared/requirements/requirement-map.ts';
import { labelsInCatalog } from '../../karpenter-aws/label-digests.ts';
import { type MotoServer, startMoto } from '../../moto/moto-server.ts';
import { PythonEnvironmentError } from '../../python/python-environment.ts';

/** `undefined` where there is no Python, or no network the first time. */
async function motoOrNone(): Promise<MotoServer | undefined> {
  try {
    return await startMoto();
  } catch (error) {
    if (!(error instanceof PythonEnvironmentError)) throw error;
    console.error(`The import was not tested with moto, which cannot be installed: ${error.message}`);
    return undefined;
  }
}

/** What the snapshot says of the same types: it is made by the same import. */
function bundledLabelsOf(types: readonly string[]) {
  const bundled = labelsInCatalog(bundledCatalog());
  return new Map(types.map((type) => [type, bundled.get(type)]));
}

const moto = await motoOrNone();
const folder = mkdtempSync(join(tmpdir(), 'zonewarden-catalog-'));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await moto?.stop();
});

describe.runIf(moto !== undefined)('with the real answers that moto carries', () => {
  const endpoint = moto?.endpoint ?? '';

  it('the import of a Region knows which zones offer a type, and the labels of the bundled snapshot', async () => {
    const file = join(folder, 'eu-west-1.json');
    const env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, env);
    try {
      const said: string[] = [];
      const output = {
        say: (text: string) => said.push(text),
        warn: (text: string) => said.push(text),
        fail: (text: string) => said.push(text),
        write: (_: string, text: string) => said.push(text),
      };
      const line = ['catalog', 'import', '--region', 'eu-west-1', '--endpoint-url', endpoint, '-o', file];
      expect([await runCommandLine(line, output), said]).toEqual([
        0,
        [
          expect.stringMatching(
            /EC2's API in eu-west-1 of .* types, offered in euw1-az1, euw1-az2, euw1-az3/,
          ),
        ],
      ]);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    const catalog = readCatalog(JSON.parse(readFileSync(file, 'utf8')));
    expect(labelsInCatalog(catalog)).toEqual(bundledLabelsOf(catalog.types));
    const large = matchingTypes(
      catalog,
      requirementMap([{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m5.large'] }]),
    );
    expect(typeNames(large)).toEqual(['m5.large']);
    const inOne = (id: string) =>
      within({ catalog, types: [...catalog.types.keys()] }, { zoneIds: new Set([id]) });
    const counts = ['euw1-az1', 'euw1-az2', 'euw1-az3'].map((id) => inOne(id).types.length);
    for (const count of counts) {
      expect(count).toBeGreaterThan(300);
      expect(count).toBeLessThan(catalog.types.length);
    }
  });
});
