import { type Finding, findingText, type Lowered } from './finding.ts';

/**
 * How findings are told to people: in a refusal, in warnings, in Events, on the command line. Pure.
 *
 * A warning stays below 256 characters: when the warnings of a request pass 4,096 together, the API server cuts each to
 * that (apiserver pkg/endpoints/filters/warning.go).
 */
export const LONGEST_WARNING = 255;
/** So that the warnings of one request stay below 4,096 characters together. */
const MOST_WARNINGS = 12;
/** Of what names the object: no API server takes a name of more than 253 characters. */
const LONGEST_NAMED = 300;
/** Of one finding in a refusal: a name in it can be of any length. */
const LONGEST_FINDING = 1000;

/**
 * Where a rule is explained: its path in the repository, as long as that is published nowhere. The one place to put a URL
 * before it when it is.
 */
export function rulePage(rule: string): string {
  return `docs/policies/${rule}.md`;
}

/** `exempt.zonewarden.io/limits-missing: "<reason> (until YYYY-MM-DD)"`: how one object is exempted from a rule. */
export function exemptionFor(rule: string): string {
  return `exempt.zonewarden.io/${rule}: "<reason> (until YYYY-MM-DD)"`;
}

/**
 * The one message of a write that a policy refuses: what denies it, numbered, then what it is warned of, each with what
 * to do and its page. What stands in the audit log alone is not in it.
 *
 * @param what the object: `NodePool web`
 */
export function refusalMessage(what: string, findings: readonly Finding[]): string {
  const denied = findings.filter(({ severity }) => severity === 'deny');
  const warned = findings.filter(({ severity }) => severity === 'warn');
  const rules = [...new Set(denied.map(({ rule }) => rule))];
  return [
    `${shortened(what, LONGEST_NAMED)} is refused by policy, for ${counted(denied.length, 'reason')}:`,
    ...denied.map((finding, place) => numbered(place + 1, finding)),
    ...(warned.length === 0 ? [] : ['Not refused for, but better changed as well:']),
    ...warned.map((finding, place) => numbered(denied.length + place + 1, finding)),
    'Where it has to stay as it is, exempt it by an annotation that says why (an end is optional):',
    ...rules.map((rule) => `  ${exemptionFor(rule)}`),
  ].join('\n');
}

/** A warning each, for whoever wrote the object; what denies and what is only audited is not in them. */
export function findingWarnings(findings: readonly Finding[]): string[] {
  const warned = findings.filter(({ severity }) => severity === 'warn');
  if (warned.length <= MOST_WARNINGS) return warned.map(warningText);
  const shown = warned.slice(0, MOST_WARNINGS - 1);
  const more = `zonewarden: and ${warned.length - shown.length} more findings; zonewarden check lists them all`;
  return [...shown.map(warningText), more];
}

/** `zonewarden: limits-missing: it has no limits. Add spec.limits. See docs/policies/limits-missing.md`, 255 at most. */
function warningText(finding: Finding): string {
  const why = finding.lowered === undefined ? '' : (WHY_LOWERED[finding.lowered] ?? '');
  const start = `zonewarden: ${finding.rule}${why}: `;
  const end = ` See ${rulePage(finding.rule)}`;
  const room = LONGEST_WARNING - start.length - end.length;
  const whole = findingText(finding);
  const text = whole.length <= room ? whole : shortened(`${finding.message}.`, room);
  return `${start}${text}${end}`;
}

const WHY_LOWERED: Readonly<Partial<Record<Lowered, string>>> = {
  unchanged: ' (as stored before, so not refused)',
  'impaired-zone': ' (while a zone is impaired, so not refused)',
};

function numbered(place: number, finding: Finding): string {
  return `  ${place}. ${finding.rule}: ${shortened(findingText(finding), LONGEST_FINDING)} See ${rulePage(finding.rule)}`;
}

/** `1 reason`, `2 reasons` */
function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Whole words of a text, as many as there is room for. */
export function shortened(text: string, room: number): string {
  if (text.length <= room) return text;
  const cut = text.slice(0, Math.max(room - 1, 0));
  const space = cut.lastIndexOf(' ');
  return `${space > room / 2 ? cut.slice(0, space) : cut}…`;
}
