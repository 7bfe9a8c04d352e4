import {
  type ExceptionOptionType,
  ServiceException,
  type ServiceExceptionOptions,
} from '@smithy/core/client';
import type { ConflictExceptionReason, ValidationExceptionReason } from './models.js';

export declare class ARCZonalShiftServiceException extends ServiceException {
  constructor(options: ServiceExceptionOptions);
}

export declare class AccessDeniedException extends ARCZonalShiftServiceException {
  readonly name: 'AccessDeniedException';
  readonly $fault: 'client';
  constructor(options: ExceptionOptionType<AccessDeniedException, ARCZonalShiftServiceException>);
}

export declare class ConflictException extends ARCZonalShiftServiceException {
  readonly name: 'ConflictException';
  readonly $fault: 'client';
  reason: ConflictExceptionReason | undefined;
  zonalShiftId?: string | undefined;
  constructor(options: ExceptionOptionType<ConflictException, ARCZonalShiftServiceException>);
}

export declare class InternalServerException extends ARCZonalShiftServiceException {
  readonly name: 'InternalServerException';
  readonly $fault: 'server';
  constructor(options: ExceptionOptionType<InternalServerException, ARCZonalShiftServiceException>);
}

export declare class ResourceNotFoundException extends ARCZonalShiftServiceException {
  readonly name: 'ResourceNotFoundException';
  readonly $fault: 'client';
  constructor(options: ExceptionOptionType<ResourceNotFoundException, ARCZonalShiftServiceException>);
}

export declare class ThrottlingException extends ARCZonalShiftServiceException {
  readonly name: 'ThrottlingException';
  readonly $fault: 'client';
  constructor(options: ExceptionOptionType<ThrottlingException, ARCZonalShiftServiceException>);
}

export declare class ValidationException extends ARCZonalShiftServiceException {
  readonly name: 'ValidationException';
  readonly $fault: 'client';
  reason: ValidationExceptionReason | undefined;
  constructor(options: ExceptionOptionType<ValidationException, ARCZonalShiftServiceException>);
}
