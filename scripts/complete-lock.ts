import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * `npm run complete-lock`: adds the platform packages of Biome that npm left out of package-lock.json.
 *
 * npm leaves an optional package out of the lock when the registry that it asks does not serve it, and `npm ci` then
 * refuses the lock. Such an entry needs no address and no hash to be valid: other platforms never fetch it.
 */
const lockSchema = z.looseObject({ packages: z.record(z.string(), z.looseObject({})) });
const parentSchema = z.looseObject({ optionalDependencies: z.record(z.string(), z.string()) });
const file = new URL('../package-lock.json', import.meta.url);

const lock = lockSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
const parent = parentSchema.parse(lock.packages['node_modules/@biomejs/biome']);
let added = 0;
for (const [name, version] of Object.entries(parent.optionalDependencies)) {
  const key = `node_modules/${name}`;
  if (lock.packages[key] !== undefined) continue;
  const [os = '', cpu = '', libc] = name.replace('@biomejs/cli-', '').split('-');
  const linux = os === 'linux' ? { libc: [libc === 'musl' ? 'musl' : 'glibc'] } : {};
  lock.packages[key] = {
    version,
    cpu: [cpu],
    dev: true,
    license: 'MIT OR Apache-2.0',
    optional: true,
    os: [os],
    ...linux,
  };
  added += 1;
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1)),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} package(s) added to package-lock.json`);
