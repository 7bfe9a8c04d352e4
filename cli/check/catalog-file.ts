import type { Catalog } from '../../shared/catalog/catalog.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { readCatalogFile } from '../catalog/catalog-file.ts';
import { CheckError } from '../input/check-error.ts';

/** Reads a catalogue document: JSON, or the same packed by gzip. @throws CheckError `check.unreadable` */
export function catalogFromFile(file: string): Catalog {
  try {
    return readCatalogFile(file);
  } catch (error) {
    throw new CheckError(
      'check.unreadable',
      `--catalog ${file}: ${messageOf(error)} Make one with 'zonewarden catalog import'.`,
      { cause: error },
    );
  }
}
