import type { z } from 'zod';
import { textInConfigMap } from '../documents/config-map-text.ts';
import { nearestWord } from '../documents/nearest-word.ts';
import { pathText, readYamlDocument } from '../documents/yaml-document.ts';
import { ZonewardenError } from '../errors/zonewarden-error.ts';
import { showDuration } from './duration.ts';
import { RULES_KEYS, rulesSchema, SOURCE_KEYS } from './rules-schema.ts';
import { DEFAULT_ZONE_RULES, RULE_KINDS, type RuleKind, type ZoneRules } from './zone-rules.ts';

/** The ConfigMap that holds the zone rules, and its only key. */
export const RULES_NAME = 'zonewarden-config';
export const RULES_KEY = 'config.yaml';

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
  return rulesOf(readYamlDocument(text, RULES_DOCUMENT));
}

/**
 * The ConfigMap's parts to rules. Without data they are the defaults.
 *
 * @throws RulesUnreadableError also for any key beside `config.yaml`
 */
export function rulesInConfigMap(object: Readonly<Record<string, unknown>>): ZoneRules {
  return readRules(textInConfigMap(object, RULES_KEY, RULES_DOCUMENT.unreadable));
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

const RULES_DOCUMENT = {
  schema: rulesSchema,
  meant: meantKey,
  example: () => 'scope: region',
  unreadable: (why: string, options?: ErrorOptions) => new RulesUnreadableError(why, options),
};

/** A key may be right and stand in the wrong place: `practiceRun` is below `sources`. */
function meantKey(path: readonly PropertyKey[], key: string): string | undefined {
  const known = RULES_KEYS.map((each) => each.key);
  return (
    nearestWord(pathText([...path, key]), path.length === 0 ? ['sources', ...known] : known) ??
    known.find((each) => each.split('.').at(-1) === nearestWord(key, [each.split('.').at(-1) ?? '']))
  );
}
