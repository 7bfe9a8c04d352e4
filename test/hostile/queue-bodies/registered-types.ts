import { arcAutoshift } from '../../../shared/signals/arc-autoshift.ts';
import { arcFisExperiment } from '../../../shared/signals/arc-fis-experiment.ts';
import { arcManualShift } from '../../../shared/signals/arc-manual-shift.ts';
import { arcPracticeRun } from '../../../shared/signals/arc-practice-run.ts';
import { cloudTrail } from '../../../shared/signals/cloudtrail.ts';

/** Every detail type that means something here. */
export const registeredTypes: readonly string[] = [
  arcAutoshift,
  arcFisExperiment,
  arcManualShift,
  arcPracticeRun,
  cloudTrail,
].flatMap(({ detailTypes }) => detailTypes);
