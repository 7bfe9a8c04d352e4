import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import { catalogDocument, readCatalog } from '../catalog/catalog-document.ts';
import { CatalogUnreadableError } from '../catalog/catalog-unreadable-error.ts';
import { describeIssues } from '../errors/schema-issues.ts';
import { messageOf, ZonewardenError } from '../errors/zonewarden-error.ts';

/** The ConfigMap that holds the cluster's catalogue of instance types, and its one key in `binaryData`. */
export const CATALOG_NAME = 'zonewarden-catalog';
export const CATALOG_KEY = 'catalog.json.gz';

/**
 * The API server refuses a ConfigMap whose data is above 1 MiB (k8s core validation, MaxSecretSize), and the whole object
 * has to go through etcd, whose limit is 1.5 MiB. Base64 makes four bytes of three.
 */
const MOST_BYTES = 700 * 1024;
/** What an honest document of that size never unpacks to. */
const MOST_UNPACKED_BYTES = 32 * 1024 * 1024;

/** A catalogue has no room in a ConfigMap. What is stored stays. */
export class CatalogTooLargeError extends ZonewardenError {
  constructor(bytes: number) {
    super(
      'catalog.too-large',
      `The instance catalogue takes ${bytes} bytes, and ConfigMap ${CATALOG_NAME} has room for ${MOST_BYTES}; ` +
        'it is not written, and the one before stays: report it, no Region has that many types',
    );
  }
}

const configMapSchema = z.object({ binaryData: z.record(z.string(), z.string()).nullish() });

/**
 * A catalogue as the value of its key: gzip of the JSON of its document, in base64.
 *
 * @throws CatalogTooLargeError
 */
export function packCatalog(catalog: Catalog): string {
  const packed = gzipSync(JSON.stringify(catalogDocument(catalog)), { level: 9 });
  if (packed.length > MOST_BYTES) throw new CatalogTooLargeError(packed.length);
  return packed.toString('base64');
}

/**
 * The catalogue that a ConfigMap holds.
 *
 * @throws CatalogUnreadableError where it holds none that can be read
 */
export function catalogInConfigMap(object: unknown): Catalog {
  const read = configMapSchema.safeParse(object);
  if (!read.success) throw unreadable(describeIssues(read.error), read.error);
  const packed = read.data.binaryData?.[CATALOG_KEY];
  if (packed === undefined) throw unreadable(`it has no binaryData.${CATALOG_KEY}`);
  return readCatalog(unpacked(packed));
}

function unpacked(packed: string): unknown {
  try {
    const bytes = Buffer.from(packed, 'base64');
    return JSON.parse(gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED_BYTES }).toString('utf8'));
  } catch (error) {
    throw unreadable(`binaryData.${CATALOG_KEY} is no gzip of JSON (${messageOf(error)})`, error);
  }
}

function unreadable(happened: string, cause?: unknown): CatalogUnreadableError {
  return new CatalogUnreadableError(`ConfigMap ${CATALOG_NAME}: ${happened}`, { cause });
}
