import { ARC_SOURCE } from './arc-autoshift.ts';
import type { SourceFamily } from './registry.ts';

/**
 * The event types of ARC that are recognised and not acted upon: practice runs and FIS experiments ask for a policy
 * of their own, and manual shifts carry no expiry, which only ARC's API knows. They are counted and logged.
 */
export const arcNotYet: SourceFamily = {
  source: ARC_SOURCE,
  detailTypes: [
    'Practice Run Started',
    'Practice Run Succeeded',
    'Practice Run Failed',
    'Practice Run Interrupted',
    'FIS Experiment Autoshift In Progress',
    'FIS Experiment Autoshift Completed',
    'FIS Experiment Autoshift Canceled',
    'Manual Shift Started',
    'Manual Shift Updated',
    'Manual Shift Canceled',
  ],
  read: (event) => ({ kind: 'noted', why: `${event['detail-type']} is not acted upon by this version` }),
};
