import type { AuditLine } from '../../shared/audit/log-schema/audit-line.ts';
import type { DecisionLine } from '../../shared/audit/log-schema/decision-line.ts';

interface ZoneNames {
  readonly id: string;
  readonly name?: string | null | undefined;
}

/** Whether a line says something of a zone, asked for by ID or name. */
export function isAboutZone(line: AuditLine, zone: string): boolean {
  switch (line.event) {
    case 'decision':
      return decides(line, zone);
    case 'record-written':
      return line.zones.some((each) => isIt(each, zone));
    case 'shadow':
      return isIt({ id: line.zoneId, name: line.zone }, zone);
    case 'message':
      return line.signals.some(({ zoneId }) => zoneId === zone);
    case 'zone':
      return says([line.text], [zone]);
    default:
      return false;
  }
}

/**
 * Each decision names every impaired zone, so that alone says nothing: the object was kept out of the zone, or would have
 * been, or got it back, or the words of a refusal or a finding speak of it.
 */
function decides(line: DecisionLine, zone: string): boolean {
  const { impairedZones, shadow, findings = [], declared = [], effective = [] } = line;
  const known = [...impairedZones, ...(shadow?.zones ?? [])].filter((each) => isIt(each, zone));
  if (known.some(({ excluded }) => excluded)) return true;
  const names = [zone, ...known.flatMap(({ id, name }) => [id, name ?? id])];
  const texts = [
    line.message,
    shadow?.message,
    ...findings.flatMap(({ message, fix }) => [message, fix]),
    ...(line.action === 'restored' ? [...declared, ...effective] : []),
  ];
  return says(texts, names);
}

function isIt({ id, name }: ZoneNames, zone: string): boolean {
  return id === zone || name === zone;
}

/** As a word of its own: `us-east-1a` is not in `us-east-1ab`, nor in `us-east-1a-x`. */
function says(texts: readonly (string | undefined)[], names: readonly string[]): boolean {
  return texts.some((text) => text !== undefined && names.some((name) => hasWord(text, name)));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1 && word !== ''; at = text.indexOf(word, at + 1)) {
    const around = `${text[at - 1] ?? ' '}${text[at + word.length] ?? ' '}`;
    if (!/[\w-]/.test(around)) return true;
  }
  return false;
}
