import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** Why not everything was given back. */
export class RestoreError extends ZonewardenError {}
