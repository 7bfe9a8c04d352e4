import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { packProgram } from './pack-program.ts';

/** `npm run pack [FOLDER]`: the command line as an npm package, whose tarball in FOLDER (here) `npm install -g` takes. */
const root = resolve(import.meta.dirname, '..');
const [destination = '.'] = process.argv.slice(2);
const tarball = await packProgram(resolve(root, '.zonewarden', 'package'), destination);
console.log(`${(statSync(tarball).size / 1024).toFixed(0)} KiB ${relative(process.cwd(), tarball)}`);
