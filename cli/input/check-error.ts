import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** A check that was not made: its options or the files that they name cannot be used. Nothing was judged. */
export class CheckError extends ZonewardenError {}
