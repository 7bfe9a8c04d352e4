import { join } from 'node:path';
import { ROOT } from './product-process.ts';

/**
 * What is started of the product: the programs as `npm run build` and the image have them, which are up in a fraction of
 * the time that the sources take. A tier whose files all start them has them bundled once, before, and says where in
 * ZONEWARDEN_PROGRAMS (test/installation/vitest-setup.ts); anybody else gets a bundle of the sources as they are now.
 */
export type ProgramName = 'webhook' | 'watcher' | 'cli';

/** The folder of the programs. @param own where they are bundled unless somebody has done so before */
export async function programsIn(own: string): Promise<string> {
  const { ZONEWARDEN_PROGRAMS } = process.env;
  if (ZONEWARDEN_PROGRAMS) return ZONEWARDEN_PROGRAMS;
  const { bundlePrograms } = await import('../../scripts/bundle-programs.ts');
  await bundlePrograms(own);
  return own;
}

/** Path of a program, in a folder of bundled ones or, without one, of its sources. */
export function programPath(name: ProgramName, programs: string | undefined): string {
  return programs === undefined ? join(ROOT, name, 'main.ts') : join(programs, name, 'main.js');
}
