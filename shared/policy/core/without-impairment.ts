import type { Finding } from './finding.ts';

/**
 * Nobody is refused because a zone is impaired: what denies, and would not be found if every zone were healthy, is warned
 * of. The worst first, as before.
 *
 * @param found what was found with the zones that are impaired
 * @param healthy what is found with none
 */
export function withoutImpairment(found: readonly Finding[], healthy: readonly Finding[]): Finding[] {
  const stands = new Set(healthy.filter(({ severity }) => severity === 'deny').map(({ rule }) => rule));
  const denied = found.filter(({ severity }) => severity === 'deny');
  const lowered = denied
    .filter(({ rule }) => !stands.has(rule))
    .map((finding): Finding => ({ ...finding, severity: 'warn', lowered: 'impaired-zone' }));
  return [
    ...denied.filter(({ rule }) => stands.has(rule)),
    ...lowered,
    ...found.filter(({ severity }) => severity !== 'deny'),
  ];
}
