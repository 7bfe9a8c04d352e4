import { visible } from '../output/output.ts';
import type { CheckReport } from './check-report.ts';

/** `3 objects: 1 pass, 1 warn, 1 fail; 12 skipped. Profile baseline; counted by …` */
export function summaryLine({ summary, policy, catalog }: CheckReport): string {
  const { pass, warn, fail, error, skip } = summary;
  const objects = pass + warn + fail;
  const counts = `${objects} ${objects === 1 ? 'object' : 'objects'}: ${pass} pass, ${warn} warn, ${fail} fail`;
  const errors = error === 0 ? '' : `; ${error} ${error === 1 ? 'error' : 'errors'}`;
  const mode = policy.mode === 'audit' ? ', mode audit' : '';
  return visible(
    `${counts}${errors}; ${skip} skipped. Profile ${policy.profile}${mode}; counted by ${catalog.description}, ` +
      `${catalog.ageDays} ${catalog.ageDays === 1 ? 'day' : 'days'} old.`,
  );
}
