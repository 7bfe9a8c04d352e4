import type { AuditLine } from '../../shared/audit/log-schema/audit-line.ts';
import type { DecisionLine } from '../../shared/audit/log-schema/decision-line.ts';
import { isLikeOneOf } from '../../shared/policy/core/like.ts';
import type { AuditOptions } from './audit-options.ts';
import { isAboutZone } from './zones-of-line.ts';

/** Karpenter names a NodeClaim after its NodePool, with a hyphen and five characters; while it is made, with none. */
const OF_POOL = /-(?:[a-z0-9]{5})?$/;

/** Whether a line is one of those that were asked for. */
export function fits(line: AuditLine, options: AuditOptions): boolean {
  const { nodepool, user, zone } = options;
  return (
    isInTime(line, options) &&
    (nodepool.length === 0 || nodePoolsOf(line).some((name) => isLikeOneOf(nodepool, name))) &&
    (user.length === 0 || usersOf(line).some((name) => isLikeOneOf(user, name))) &&
    (zone.length === 0 || zone.some((each) => isAboutZone(line, each))) &&
    fitsDecision(line, options)
  );
}

/** What only decisions have: asked for, no other line fits. */
function fitsDecision(line: AuditLine, { rule, action, denied }: AuditOptions): boolean {
  if (rule.length === 0 && action.length === 0 && !denied) return true;
  if (line.event !== 'decision') return false;
  return (
    (rule.length === 0 || rulesOf(line).some((each) => rule.includes(each))) &&
    (action.length === 0 || action.includes(line.action)) &&
    (!denied || !line.allowed)
  );
}

function isInTime({ time }: AuditLine, { since, until }: AuditOptions): boolean {
  if (since === undefined && until === undefined) return true;
  const ms = Date.parse(time);
  return ms >= (since ?? Number.NEGATIVE_INFINITY) && ms < (until ?? Number.POSITIVE_INFINITY);
}

function rulesOf({ rule, findings = [] }: DecisionLine): string[] {
  return [rule, ...findings.map((finding) => finding.rule)];
}

function nodePoolsOf(line: AuditLine): readonly string[] {
  switch (line.event) {
    case 'decision':
      if (line.kind === 'NodePool') return [line.name];
      return line.kind === 'NodeClaim' ? [line.name.replace(OF_POOL, '')] : [];
    case 'nudge':
      return [line.nodePool];
    case 'shadow':
      return [...line.names, ...line.noRoom];
    default:
      return [];
  }
}

function usersOf(line: AuditLine): readonly string[] {
  if (line.event === 'decision') return [line.username];
  if (line.event !== 'record-written') return [];
  return line.zones.flatMap(({ sources }) => sources.flatMap(({ by }) => by ?? []));
}
