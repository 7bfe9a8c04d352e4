import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BEGIN, DOCUMENT, END, renderRooms } from './rooms/rooms-section.ts';

/** Writes the rooms and their imports into docs/architecture.md anew: `npm run rooms`. A test says when that has to be done. */
const file = resolve(import.meta.dirname, '..', DOCUMENT);
const [before = '', rest = ''] = readFileSync(file, 'utf8').split(BEGIN);
const [, after = ''] = rest.split(END);
writeFileSync(file, `${before}${BEGIN}\n\n${renderRooms()}\n\n${END}${after}`);
