import { arcFamily } from './arc-events.ts';

/** Experiments of the Fault Injection Service that play an autoshift. */
export const arcFisExperiment = arcFamily({
  kind: 'fis-experiment',
  starts: ['FIS Experiment Autoshift In Progress'],
  ends: ['FIS Experiment Autoshift Completed', 'FIS Experiment Autoshift Canceled'],
  regional: false,
});
