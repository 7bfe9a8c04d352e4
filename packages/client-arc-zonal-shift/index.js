export { ARCZonalShiftClient } from './client.js';
export { GetManagedResourceCommand, ListAutoshiftsCommand, ListZonalShiftsCommand } from './commands.js';
export {
  AccessDeniedException,
  ARCZonalShiftServiceException,
  ConflictException,
  InternalServerException,
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from './errors.js';
