import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { auditLineJsonSchema } from '../shared/audit/log-schema/audit-line.ts';

/** Writes the schema of the audit stream anew: `npm run audit-schema`. A test says when that has to be done. */
const root = resolve(import.meta.dirname, '..');
const path = join(root, 'docs', 'schemas', 'audit-line.schema.json');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(auditLineJsonSchema(), null, 2)}\n`);
execFileSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', path], { stdio: 'ignore' });
