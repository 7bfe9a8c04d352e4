import { arcFamily } from './arc-events.ts';

/**
 * Zonal shifts that somebody starts for a resource (StartZonalShift). An update carries a new expiry or comment that the
 * event does not tell, and a natural expiry has no event at all.
 */
export const arcManualShift = arcFamily({
  kind: 'zonal-shift',
  starts: ['Manual Shift Started'],
  ends: ['Manual Shift Canceled'],
  news: ['Manual Shift Updated'],
  regional: false,
});
