import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundlePrograms } from './bundle-programs.ts';
import { billOfMaterials } from './sbom.ts';
import { thirdPartyLicenses } from './third-party-licenses.ts';

/** `npm run build`: the programs in dist/, as the image has them, with the licences and the list of what is in them. */
const root = resolve(import.meta.dirname, '..');
const out = resolve(root, 'dist');

for (const [file, bytes] of await bundlePrograms(out))
  console.log(`${(bytes / 1024).toFixed(0).padStart(6)} KiB dist/${file}`);
writeFileSync(resolve(out, 'THIRD-PARTY-LICENSES.txt'), `${thirdPartyLicenses(root)}\n`);
// A scanner finds no packages in a bundle: it reads what they were.
writeFileSync(resolve(out, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(root), null, 2)}\n`);
