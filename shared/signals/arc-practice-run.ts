import { arcFamily } from './arc-events.ts';

/** Practice runs: ARC shifts a resource away for 30 minutes each week, to see whether the application bears it. */
export const arcPracticeRun = arcFamily({
  kind: 'practice-run',
  starts: ['Practice Run Started'],
  ends: ['Practice Run Succeeded', 'Practice Run Failed', 'Practice Run Interrupted'],
  regional: false,
});
