import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../architecture/source-files.ts';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ integrity: z.string().optional(), link: z.boolean().optional() }),
  ),
});

/** What comes from this repository: itself, and the packages in `packages/`. */
const isOurOwn = (path: string) => path === '' || path.startsWith('packages/');

it('every package that npm fetches is held to a checksum, on every platform', () => {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  const fetched = Object.entries(packages).filter(([path, { link }]) => !isOurOwn(path) && link !== true);
  expect(fetched.length).toBeGreaterThan(100);
  const without = fetched.filter(
    ([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''),
  );
  expect(without.map(([path]) => path)).toEqual([]);
});
