import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import { catalogDocument, readCatalog } from '../../shared/catalog/catalog-document.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { CatalogUsageError } from './catalog-usage-error.ts';

/** A catalogue has some hundred kilobytes; a small file could be unpacked to anything. */
const MOST_BYTES = 64 * 1024 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Reads a catalogue's document: JSON, or the same packed by gzip. @throws CatalogUsageError, CatalogUnreadableError */
export function readCatalogFile(file: string): Catalog {
  return readCatalog(valueIn(file));
}

function valueIn(file: string): unknown {
  try {
    const bytes = readFileSync(file);
    const isPacked = bytes.subarray(0, GZIP.length).equals(GZIP);
    const json = isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    return JSON.parse(json.toString('utf8'));
  } catch (error) {
    throw new CatalogUsageError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Compact JSON with a line end; packed where the name ends in `.gz`. @throws CatalogUsageError */
export function writeCatalogFile(file: string, catalog: Catalog): void {
  const json = catalogJson(catalog);
  try {
    writeFileSync(file, file.endsWith('.gz') ? gzipSync(json) : json);
  } catch (error) {
    throw new CatalogUsageError(`${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

/** The document as text. */
export function catalogJson(catalog: Catalog): string {
  return `${JSON.stringify(catalogDocument(catalog))}\n`;
}
