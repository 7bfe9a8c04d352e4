import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { SourceMember, SourceNode } from './source-position.ts';

type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;

/**
 * The nodes of a document with their places, out of the parser's events: one for each scalar, one for the beginning of a
 * map or a list, and one for its end. An alias is the node that it stands for.
 *
 * @param events the events of one document, the one that begins it included
 * @param base what offsets of the document count from
 */
export function sourceNode(source: string, events: readonly Event[], base: number): SourceNode | undefined {
  return new EventReader(source, events, base).next();
}

class EventReader {
  readonly #source: string;
  readonly #events: readonly Event[];
  readonly #base: number;
  readonly #anchored = new Map<string, SourceNode>();
  #at = 0;

  constructor(source: string, events: readonly Event[], base: number) {
    this.#source = source;
    this.#events = events;
    this.#base = base;
    if (events[0]?.type === EVENT_ID.DOCUMENT) this.#at = 1;
  }

  /** The next node; `undefined` where a map, a list or the document ends. */
  next(): SourceNode | undefined {
    const event = this.#events[this.#at];
    this.#at += 1;
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#remember(event, { start: this.#startOf(event) });
      case EVENT_ID.ALIAS:
        return this.#anchored.get(this.#source.slice(event.anchorStart, event.anchorEnd));
      case EVENT_ID.SEQUENCE:
        return this.#remember(event, { start: this.#base + event.start, items: this.#items() });
      case EVENT_ID.MAPPING:
        return this.#remember(event, { start: this.#base + event.start, members: this.#members() });
      default:
        return undefined;
    }
  }

  #items(): SourceNode[] {
    const items: SourceNode[] = [];
    for (let item = this.next(); item !== undefined; item = this.next()) items.push(item);
    return items;
  }

  #members(): SourceMember[] {
    const members: SourceMember[] = [];
    for (;;) {
      const key = this.#events[this.#at];
      const node = this.next();
      if (node === undefined) return members;
      const name = key?.type === EVENT_ID.SCALAR ? getScalarValue(this.#source, key) : '';
      members.push({ name, start: node.start, node: this.next() });
    }
  }

  /** Where its text begins, quotes included; where there is none, such as behind `key:`, where it would. */
  #startOf({ valueStart, style }: ScalarEvent): number {
    const quote = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
    return this.#base + Math.max(valueStart, 0) - quote;
  }

  #remember(
    event: { readonly anchorStart: number; readonly anchorEnd: number },
    node: SourceNode,
  ): SourceNode {
    if (event.anchorStart >= 0) {
      this.#anchored.set(this.#source.slice(event.anchorStart, event.anchorEnd), node);
    }
    return node;
  }
}
