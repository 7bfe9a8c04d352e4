import { ZonewardenError } from '../errors/zonewarden-error.ts';

/** What should be a catalogue of instance types, or what one is made from, cannot be read. */
export class CatalogUnreadableError extends ZonewardenError {
  constructor(happened: string, options?: ErrorOptions) {
    super('catalog.unreadable', `The instance catalogue cannot be read: ${happened}`, options);
  }
}
