import type { NodePoolView } from '../views/node-pool.ts';
import { DECLARED_ANNOTATION, type Declared, decodeDeclared } from './declared-annotation.ts';
import { isSealed } from './mark-seal.ts';
import type { EnforcementScene } from './settings.ts';

/** The annotation of a NodePool, as it was found. */
export interface Mark {
  /** What it says. One that is not genuine says nothing of generations: it counts as made from the oldest set. */
  readonly content: Declared;
  /** Sealed for this NodePool by one of our keys. Where nobody has keys (the command line) each one counts as ours. */
  readonly isGenuine: boolean;
  readonly text: string;
}

/**
 * The mark of a NodePool; `undefined` where it bears none that can be read. What was declared is believed of any mark on a
 * stored object: of a version that sealed none, or whose key is lost, nothing else could give the zones back, and
 * whoever can store a mark past the webhook can as well store the list. That it lifts the generation, exempts from
 * the set in force, or is our own answer in this request is believed of genuine ones alone.
 */
export function markOf(pool: NodePoolView | undefined, keys: EnforcementScene['markKeys']): Mark | undefined {
  const text = pool?.metadata.annotations?.[DECLARED_ANNOTATION];
  const content = marksOf(pool);
  if (text === undefined || content === undefined) return undefined;
  const isGenuine =
    keys === undefined || (keys !== 'unread' && isSealed(text, pool?.metadata.name ?? '', keys));
  const isCredible = isGenuine && content.generation <= HIGHEST_CREDIBLE;
  return { content: isCredible ? content : { ...content, generation: 0 }, isGenuine, text };
}

/** Where nobody has keys: a record has to be able to follow. */
const HIGHEST_CREDIBLE = 2 ** 53 - 2 ** 20;

/** What a NodePool's annotation says, whoever wrote it; `undefined` where it bears none that can be read. */
export function marksOf(pool: NodePoolView | undefined): Declared | undefined {
  return decodeDeclared(pool?.metadata.annotations?.[DECLARED_ANNOTATION]);
}
