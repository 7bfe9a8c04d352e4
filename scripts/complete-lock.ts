import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * `npm run complete-lock`: adds the platform packages of Biome that npm left out of package-lock.json, and the checksum of
 * each that has none.
 *
 * npm leaves an optional package out of the lock when the registry that it asks does not serve it, and `npm ci` then
 * refuses the lock. It takes such an entry without a checksum, and then fetches on that platform whatever it is given:
 * so the checksum is asked for here, as npm itself would.
 */
const documentSchema = z.record(z.string(), z.unknown());
const lockSchema = z.object({ packages: z.record(z.string(), documentSchema) });
const parentSchema = z.looseObject({ optionalDependencies: z.record(z.string(), z.string()) });
const integritySchema = z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/);
const file = new URL('../package-lock.json', import.meta.url);

const document = documentSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
const { packages } = lockSchema.parse(document);
const parent = parentSchema.parse(packages['node_modules/@biomejs/biome']);
let added = 0;
let completed = 0;
for (const [name, version] of Object.entries(parent.optionalDependencies)) {
  const key = `node_modules/${name}`;
  const before = packages[key];
  if (before?.integrity !== undefined) continue;
  if (before === undefined) added += 1;
  else completed += 1;
  const { version: _version, ...rest } = before ?? entryFor(name);
  packages[key] = { version, integrity: integrityOf(`${name}@${version}`), ...rest };
}
const sorted = Object.fromEntries(
  Object.entries(packages).sort(([left], [right]) => (left < right ? -1 : 1)),
);
writeFileSync(file, `${JSON.stringify({ ...document, packages: sorted }, null, 2)}\n`);
console.log(`${added} package(s) and ${completed} checksum(s) added to package-lock.json`);

function entryFor(name: string): Record<string, unknown> {
  const [os = '', cpu = '', libc] = name.replace('@biomejs/cli-', '').split('-');
  const linux = os === 'linux' ? { libc: [libc === 'musl' ? 'musl' : 'glibc'] } : {};
  return { cpu: [cpu], dev: true, license: 'MIT OR Apache-2.0', optional: true, os: [os], ...linux };
}

/** What the registry says that npm is configured for. Where it does not serve the package this ends with what npm says. */
function integrityOf(spec: string): string {
  return integritySchema.parse(
    execFileSync('npm', ['view', spec, 'dist.integrity'], { encoding: 'utf8' }).trim(),
  );
}
