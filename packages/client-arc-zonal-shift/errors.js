import { ServiceException } from '@smithy/core/client';

/** The base of what the service answers with; its `name` is the code where the code is none of the classes below. */
export class ARCZonalShiftServiceException extends ServiceException {
  constructor(options) {
    super(options);
    // As the SDK does: its base class answers `instanceof` by the prototype.
    Object.setPrototypeOf(this, new.target.prototype);
  }
}

const fault = (name, $fault) => (options) => ({ name, $fault, ...options });

const accessDenied = fault('AccessDeniedException', 'client');
const conflict = fault('ConflictException', 'client');
const internalServer = fault('InternalServerException', 'server');
const resourceNotFound = fault('ResourceNotFoundException', 'client');
const throttling = fault('ThrottlingException', 'client');
const validation = fault('ValidationException', 'client');

export class AccessDeniedException extends ARCZonalShiftServiceException {
  constructor(options) {
    super(accessDenied(options));
  }
}

export class ConflictException extends ARCZonalShiftServiceException {
  constructor(options) {
    super(conflict(options));
    this.reason = options.reason;
    this.zonalShiftId = options.zonalShiftId;
  }
}

export class InternalServerException extends ARCZonalShiftServiceException {
  constructor(options) {
    super(internalServer(options));
  }
}

export class ResourceNotFoundException extends ARCZonalShiftServiceException {
  constructor(options) {
    super(resourceNotFound(options));
  }
}

export class ThrottlingException extends ARCZonalShiftServiceException {
  constructor(options) {
    super(throttling(options));
  }
}

export class ValidationException extends ARCZonalShiftServiceException {
  constructor(options) {
    super(validation(options));
    this.reason = options.reason;
  }
}
