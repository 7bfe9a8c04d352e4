import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** A shift that was not made, and why: nothing was written unless the message says that nobody knows. */
export class ShiftError extends ZonewardenError {}
