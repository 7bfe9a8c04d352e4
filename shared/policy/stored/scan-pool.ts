import type { Finding } from '../core/finding.ts';
import { judge } from '../core/judge.ts';
import { type Policy, settingFor } from '../core/policy.ts';
import type { Surroundings } from '../core/surroundings.ts';
import { withoutImpairment } from '../core/without-impairment.ts';
import { ALL_RULES } from '../rules/all-rules.ts';
import type { StoredPool } from './stored-pool.ts';

/** What a scan says of one NodePool. */
export interface ScannedPool {
  readonly name: string;
  readonly uid: string;
  readonly findings: readonly Finding[];
  /** Rules that were asked and found nothing. */
  readonly passed: readonly string[];
  /** Rules that threw. */
  readonly defective: readonly string[];
}

/** What all NodePools of a scan are judged by. */
export interface ScanScene {
  readonly around: Surroundings;
  readonly policy: Policy;
  readonly nowMs: number;
  onDefect(rule: string, error: unknown): void;
}

/**
 * Judges a stored NodePool as admission would if it were written now, by somebody whom the policy may refuse: as if all
 * zones were healthy, since enforcement takes out those that are not. Of one that is exempt from enforcement the rules are
 * told of impaired zones; what denies only because of them is a warning.
 */
export function scanPool(pool: StoredPool, { around, policy, nowMs, onDefect }: ScanScene): ScannedPool {
  const defective = new Set<string>();
  const circumstances = {
    nowMs,
    onDefect(rule: string, error: unknown) {
      defective.add(rule);
      onDefect(rule, error);
    },
  };
  const find = (impaired: Surroundings['impaired']) =>
    judge('NodePool', pool.object, { ...around, impaired }, policy, circumstances);
  const away = pool.isExempt ? around.impaired : [];
  const found = find(away);
  const isDenied = away.length > 0 && found.some(({ severity }) => severity === 'deny');
  const findings = isDenied ? withoutImpairment(found, find([])) : found;
  const silent = new Set([...findings.map(({ rule }) => rule), ...defective]);
  const passed = ALL_RULES.filter((rule) => {
    if (silent.has(rule.id) || !rule.kinds.includes('NodePool')) return false;
    return settingFor(policy, rule, pool.facts).severity !== 'off';
  });
  const { name, uid } = pool;
  return { name, uid, findings, passed: passed.map(({ id }) => id), defective: [...defective].sort() };
}
