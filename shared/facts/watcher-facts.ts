import type { z } from 'zod';
import type { FactLevel, FactWords, Plain } from './fact-row.ts';
import { HOME_FACTS } from './home-facts.ts';
import { LEADER_FACTS } from './leader-facts.ts';
import { POLICY_FACTS } from './policy-facts.ts';
import { RECORD_FACTS } from './record-facts.ts';

/** All that a watcher can say. A new row is all that it takes to say something more, and a listener that shows it. */
export const WATCHER_FACTS = { ...RECORD_FACTS, ...HOME_FACTS, ...LEADER_FACTS, ...POLICY_FACTS };

type Rows = typeof WATCHER_FACTS;
export type FactName = keyof Rows;
type FactMap = { [Name in FactName]: Plain<z.output<z.ZodObject<Rows[Name]['shape']>>> };
export type FactOf<Name extends FactName> = FactMap[Name];

/** One fact, and which it is. */
export type Told<Name extends FactName = FactName> = {
  readonly [Each in Name]: { readonly name: Each; readonly fact: FactMap[Each] };
}[Name];

/** The same table, each row with functions of its own facts. */
const ROWS: { readonly [Name in FactName]: FactWords<FactMap[Name]> } = WATCHER_FACTS;

/** How a fact reads in a log; `undefined` where it is no line. */
export function lineOf<Name extends FactName>({
  name,
  fact,
}: Told<Name>): { readonly level: FactLevel; readonly event: string; readonly words: string } | undefined {
  const row = ROWS[name];
  const level = row.level(fact);
  if (level === undefined) return undefined;
  return { level, event: row.eventOf?.(fact) ?? row.events?.[0] ?? name, words: row.words(fact) };
}

/** Of what the fact is a state, and which; `undefined` for a happening. */
export function stateOf<Name extends FactName>(name: Name, fact: FactMap[Name]) {
  return ROWS[name].state?.(fact);
}
