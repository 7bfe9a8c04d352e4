import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** Options of `catalog` that do not go together, or a file that cannot be read or written. */
export class CatalogUsageError extends ZonewardenError {
  constructor(happened: string, options?: ErrorOptions) {
    super('catalog.usage', happened, options);
  }
}
