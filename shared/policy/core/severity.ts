/**
 * What follows from a finding. `deny`: the write is refused, and `zonewarden check` exits 1. `warn`: its writer is told.
 * `audit`: it stands in the audit log and in reports. `off`: the rule is not even asked.
 */
export const SEVERITIES = ['deny', 'warn', 'audit', 'off'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a finding can have. */
export type FindingSeverity = Exclude<Severity, 'off'>;

/** The weaker of two. */
export function weaker<T extends Severity, U extends Severity>(left: T, right: U): T | U {
  return SEVERITIES.indexOf(left) >= SEVERITIES.indexOf(right) ? left : right;
}
