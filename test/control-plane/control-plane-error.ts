import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** Anything that keeps the test control plane from being built, started or used. Codes begin with `control-plane.`. */
export class ControlPlaneError extends ZonewardenError {
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`control-plane.${code}`, message, options);
  }
}
