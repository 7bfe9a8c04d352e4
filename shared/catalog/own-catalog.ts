import { type Catalog, describeCatalog } from './catalog.ts';

/**
 * Whether a catalogue tells of the cluster's own Region, zones included. The bundled one is of no Region in particular:
 * what is counted in it is an upper bound.
 */
export function isOwnCatalog({ origin, offerings }: Catalog): boolean {
  return origin.source !== 'bundled' && offerings !== undefined;
}

/** `at most 12` or `12`, after what the catalogue is worth. */
export function atMost(catalog: Catalog, count: number): string {
  return isOwnCatalog(catalog) ? String(count) : `at most ${count}`;
}

/** `by EC2's API in us-east-1 of 2026-11-20, 812 types`: what a count is of. */
export function countedBy(catalog: Catalog): string {
  return `by ${describeCatalog(catalog)}`;
}
