import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf, ZonewardenError } from '../errors/zonewarden-error.ts';
import { DEFAULT_ZONE_RULES, RULE_KINDS, type RuleKind, type ZoneRules } from '../zones/zone-rules.ts';
import { showDuration } from './duration.ts';
import { nearestWord } from './nearest-word.ts';
import { RULES_KEYS, rulesSchema, SOURCE_KEYS, shown } from './rules-schema.ts';

/** The ConfigMap that holds the zone rules, and its only key. */
export const RULES_NAME = 'zonewarden-config';
export const RULES_KEY = 'config.yaml';

/** So many mistakes are told at once; the others show when these are mended. */
const MOST_TOLD = 5;
/** Many times what the document takes, comments included; brackets without end take the parser seconds. */
const LONGEST_TEXT = 65_536;

/** Zone rules that nobody can read: whoever reads them keeps the last good ones and says so. */
export class RulesUnreadableError extends ZonewardenError {
  constructor(why: string, options?: ErrorOptions) {
    super(
      'rules.unreadable',
      `ConfigMap ${RULES_NAME}, ${RULES_KEY} cannot be read: ${why}. The last good rules stay in force, or the ` +
        'defaults where there were none; correct the document (docs/rules.md).',
      options,
    );
  }
}

/**
 * YAML text to rules. Keys that are absent or empty are the defaults; an unknown key is an error.
 *
 * @throws RulesUnreadableError that names each mistake, five at most; nothing else, whatever the text
 */
export function readRules(text: string): ZoneRules {
  const parsed = rulesSchema.safeParse(yaml(text) ?? {});
  if (parsed.success) return rulesOf(parsed.data);
  const mistakes = parsed.error.issues.flatMap(inWords);
  const more = mistakes.length - MOST_TOLD;
  const told = mistakes.slice(0, MOST_TOLD).join('; ');
  throw new RulesUnreadableError(more > 0 ? `${told}; and ${more} more` : told);
}

/**
 * The ConfigMap's parts to rules. Without data they are the defaults. Any key beside `config.yaml` is an error: it is
 * the document under a wrong name, or something that somebody believes to be in force and is not.
 *
 * @throws RulesUnreadableError
 */
export function rulesInConfigMap(object: Readonly<Record<string, unknown>>): ZoneRules {
  const { data: texts, binaryData } = object;
  const data = entries(texts);
  const strangers = [...data.keys(), ...entries(binaryData).keys()].filter((key) => key !== RULES_KEY);
  if (strangers.length > 0) {
    throw new RulesUnreadableError(
      `the ConfigMap has the key ${strangers.map(shown).join(', ')}, and nothing but ${RULES_KEY} is read`,
    );
  }
  if (entries(binaryData).has(RULES_KEY)) throw new RulesUnreadableError('it is not text in UTF-8');
  const text = data.get(RULES_KEY) ?? '';
  if (typeof text !== 'string') throw new RulesUnreadableError('it is not text');
  return readRules(text);
}

/** Rules as the document says them, every key that has a value; `readRules` of its YAML gives the same rules. */
export function rulesDocument(rules: ZoneRules): Readonly<Record<string, unknown>> {
  const { kinds, scope, maxImpairedZones, childZones } = rules;
  return {
    sources: Object.fromEntries(RULE_KINDS.map((kind) => [SOURCE_KEYS[kind], kinds[kind]])),
    scope,
    grace: showDuration(rules.graceMs),
    recoveryDelay: showDuration(rules.recoveryDelayMs),
    ...(maxImpairedZones === undefined ? {} : { maxImpairedZones }),
    childZones,
    operatorMaxDuration: showDuration(rules.operatorMaxMs),
  };
}

function rulesOf(document: z.output<typeof rulesSchema>): ZoneRules {
  const { kinds, ...defaults } = DEFAULT_ZONE_RULES;
  const rule = (kind: RuleKind) => document.sources?.[SOURCE_KEYS[kind]] ?? kinds[kind];
  return {
    kinds: {
      autoshift: rule('autoshift'),
      'observer-autoshift': rule('observer-autoshift'),
      'zonal-shift': rule('zonal-shift'),
      'practice-run': rule('practice-run'),
      'fis-experiment': rule('fis-experiment'),
      operator: rule('operator'),
    },
    scope: document.scope ?? defaults.scope,
    graceMs: document.grace ?? defaults.graceMs,
    recoveryDelayMs: document.recoveryDelay ?? defaults.recoveryDelayMs,
    maxImpairedZones: document.maxImpairedZones ?? defaults.maxImpairedZones,
    childZones: document.childZones ?? defaults.childZones,
    operatorMaxMs: document.operatorMaxDuration ?? defaults.operatorMaxMs,
  };
}

/** @throws RulesUnreadableError also for what makes the parser itself stumble, such as brackets nested without end */
function yaml(text: string): unknown {
  if (text.length > LONGEST_TEXT) {
    throw new RulesUnreadableError(`it has ${text.length} characters, and at most ${LONGEST_TEXT} are read`);
  }
  try {
    const document = parseDocument(text, { logLevel: 'error' });
    // A warning is a tag that nobody knows: the value would not be what its writer meant.
    const [problem] = [...document.errors, ...document.warnings];
    if (problem?.code === 'MULTIPLE_DOCS') throw new Error('more than one document', { cause: problem });
    if (problem !== undefined) throw problem;
    return document.toJS();
  } catch (cause) {
    throw new RulesUnreadableError(`it is not YAML (${oneLine(messageOf(cause))})`, { cause });
  }
}

/** YAML's messages show the place in the text below the first line. */
function oneLine(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/:$/, '').slice(0, 200);
}

function inWords(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code !== 'invalid_type' || issue.expected !== 'object') return [`${path}: ${issue.message}`];
  return [`${path === '' ? 'the document' : path} is to be keys with values, such as scope: region`];
}

function unknownKey(path: string, key: string): string {
  const name = path === '' ? key : `${path}.${key}`;
  const known = RULES_KEYS.map((each) => each.key);
  const meant =
    nearestWord(name, path === '' ? ['sources', ...known] : known) ??
    known.find((each) => each.split('.').at(-1) === nearestWord(key, [each.split('.').at(-1) ?? '']));
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `${shown(name).slice(1, -1)} is not known${hint}`;
}

function entries(part: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof part === 'object' && part !== null ? Object.entries(part) : []);
}
