import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { certManagerCrds, withoutDescriptions } from '../../../scripts/cert-manager-crds.ts';
import { installRoot } from './rendered-manifests.ts';

const folder = join(installRoot, 'config', 'cert-manager-crds');

test('config/cert-manager-crds is what the script makes of the module', async () => {
  const files = await certManagerCrds();
  expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
});

test('each is small enough for the annotation in which kubectl keeps what was applied', () => {
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name)).length).toBeLessThan(256 * 1024);
  }
});

test('descriptions go, and a field that is called description stays', () => {
  const schema = {
    description: 'An object.',
    properties: {
      description: { type: 'string', description: 'What it is.' },
      list: { items: { description: 'One.', anyOf: [{ description: 'Or.', type: 'integer' }] } },
    },
    required: ['description'],
  };
  expect(withoutDescriptions(schema)).toEqual({
    properties: {
      description: { type: 'string' },
      list: { items: { anyOf: [{ type: 'integer' }] } },
    },
    required: ['description'],
  });
});
