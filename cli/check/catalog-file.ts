import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { readCatalog } from '../../shared/catalog/catalog-document.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { CheckError } from './check-error.ts';

/** A catalogue has some hundred kilobytes; a small file could be unpacked to anything. */
const MOST_BYTES = 64 * 1024 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Reads a catalogue document: JSON, or the same packed by gzip. @throws CheckError `check.unreadable` */
export function catalogFromFile(file: string): Catalog {
  try {
    const bytes = readFileSync(file);
    const isPacked = bytes.subarray(0, GZIP.length).equals(GZIP);
    const json = isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    return readCatalog(JSON.parse(json.toString('utf8')));
  } catch (error) {
    throw new CheckError(
      'check.unreadable',
      `--catalog ${file}: ${messageOf(error)} Make one with 'zonewarden catalog import'.`,
      { cause: error },
    );
  }
}
