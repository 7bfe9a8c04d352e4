import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { billOfMaterials } from './sbom.ts';
import { thirdPartyLicenses } from './third-party-licenses.ts';

/**
 * `npm run build`: puts each program and all that it imports into a few files below dist/, as the image runs them.
 *
 * Not for beauty: of what @kubernetes/client-node and the AWS SDK bring, a program loads some thousand files and uses
 * few. Bundled, what is never called is left out: a process is up in a fraction of the time and takes half the memory
 * (docs/supply-chain.md has the commands that measure it). Nothing is minified: stack traces keep their names.
 */
const root = resolve(import.meta.dirname, '..');
const out = resolve(root, 'dist');
const programs = ['webhook', 'watcher', 'cli'];

/** Says of itself nothing about side effects, and has none: its index imports every API that Kubernetes has. */
const WITHOUT_SIDE_EFFECTS = /\/node_modules\/@kubernetes\/client-node\//;

rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(programs.map((program) => [`${program}/main`, `${program}/main.ts`])),
  platform: 'node',
  tsconfig: false,
  treeshake: {
    moduleSideEffects: [
      { test: WITHOUT_SIDE_EFFECTS, sideEffects: false },
      { external: true, sideEffects: true },
    ],
  },
  onLog(level, log, report) {
    // What can't be resolved would fail only where it is needed: in production.
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    report(level, log);
  },
});
const { output } = await bundle.write({ dir: out, format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js' });
for (const chunk of output) {
  if (chunk.type !== 'chunk') continue;
  console.log(`${(Buffer.byteLength(chunk.code) / 1024).toFixed(0).padStart(6)} KiB dist/${chunk.fileName}`);
}
writeFileSync(resolve(out, 'THIRD-PARTY-LICENSES.txt'), `${thirdPartyLicenses(root)}\n`);
// A scanner finds no packages in a bundle: it reads what they were.
writeFileSync(resolve(out, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(root), null, 2)}\n`);
