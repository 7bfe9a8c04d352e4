import { type PlainLine, plainLines } from './plain-yaml-lines.ts';
import { plainScalar } from './plain-yaml-scalar.ts';
import type { SourceMember, SourceNode } from './source-position.ts';

/** A part with its place, and what it stands for. */
export interface PlainNode {
  readonly node: SourceNode;
  readonly value: unknown;
}

/** Thrown at the first thing that is not plain; it never leaves this file. */
class NotPlain extends Error {}

/** A name, and the colon behind it. Quotes hold no quotes and no backslash. */
const KEY = /(?:([A-Za-z0-9_./][A-Za-z0-9_./-]{0,200})|"([^"\\\n]{1,200})"|'([^'\n]{1,200})'):(?= |\n|$)/y;
const QUOTED = /"([^"\\\n]*)"|'([^'\n]*)'(?!')/y;
/** A text without quotes and its first character, in a line of its own and between brackets. */
const PLAIN = /(?:[A-Za-z0-9_./+~]|-(?=[A-Za-z0-9_./]))[^\n]*/y;
const PLAIN_IN_FLOW = /(?:[A-Za-z0-9_./+~]|-(?=[A-Za-z0-9_./]))[^\n,[\]{}"'#:]*/y;
const DEEPEST_FLOW = 20;

/**
 * Reads what manifests are made of: maps and lists in block form, texts and numbers in one line, `[a, b]` and `{ a: b }` in
 * one line, comments. `undefined` for everything else (anchors, tags, block scalars, escapes, texts of several lines, what
 * may be an error): that is for the `yaml` package, ten times slower, with which this agrees wherever it answers (a test
 * compares them on thousands of texts). A document that is empty has a value of `null`.
 */
export function readPlainYaml(text: string, from: number, to: number): PlainNode | undefined {
  const lines = plainLines(text, from, to);
  if (lines === undefined) return undefined;
  if (lines.length === 0) return { node: { start: from }, value: null };
  try {
    return new Reader(text, lines).document();
  } catch (error) {
    // Nested as deep as the stack: the other parser finds the words for it.
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  readonly #lines: PlainLine[];
  #at = 0;

  constructor(text: string, lines: PlainLine[]) {
    this.#text = text;
    this.#lines = lines;
  }

  document(): PlainNode {
    const first = this.#lines[0];
    const read = first === undefined ? undefined : this.#block(first);
    if (read === undefined || this.#at < this.#lines.length) throw new NotPlain();
    return read;
  }

  #block(line: PlainLine): PlainNode {
    return this.#isEntry(line) ? this.#list(line.indent) : this.#map(line.indent);
  }

  #map(indent: number): PlainNode {
    const members: SourceMember[] = [];
    const value: Record<string, unknown> = {};
    const start = this.#lines[this.#at]?.start ?? 0;
    for (
      let line = this.#lines[this.#at];
      line?.indent === indent && !this.#isEntry(line);
      line = this.#lines[this.#at]
    ) {
      const [name, end] = this.#key(line.start);
      if (Object.hasOwn(value, name)) throw new NotPlain();
      const member = this.#member(line, end);
      members.push({ name, start: line.start, node: member.node });
      value[name] = member.value;
    }
    return { node: { start, members }, value };
  }

  /** What stands behind a colon: in the line, or in the lines below it. */
  #member(line: PlainLine, end: number): PlainNode {
    const start = this.#afterSpaces(end, line.end);
    if (!this.#isEmptyFrom(start, line.end)) return this.#inline(line, start);
    this.#at += 1;
    const next = this.#lines[this.#at];
    if (
      next !== undefined &&
      (next.indent > line.indent || (next.indent === line.indent && this.#isEntry(next)))
    )
      return this.#block(next);
    return { node: { start: end }, value: null };
  }

  #list(indent: number): PlainNode {
    const items: SourceNode[] = [];
    const value: unknown[] = [];
    const start = this.#lines[this.#at]?.start ?? 0;
    for (
      let line = this.#lines[this.#at];
      line?.indent === indent && this.#isEntry(line);
      line = this.#lines[this.#at]
    ) {
      const entry = this.#entry(line);
      items.push(entry.node);
      value.push(entry.value);
    }
    return { node: { start, items }, value };
  }

  #entry(line: PlainLine): PlainNode {
    const start = this.#afterSpaces(line.start + 1, line.end);
    if (this.#isEmptyFrom(start, line.end)) {
      this.#at += 1;
      const next = this.#lines[this.#at];
      if (next === undefined || next.indent <= line.indent) throw new NotPlain();
      return this.#block(next);
    }
    KEY.lastIndex = start;
    if (!KEY.test(this.#text)) return this.#inline(line, start);
    // `- key: value` begins a map whose other names stand below this one.
    const own = { indent: line.indent + start - line.start, start, end: line.end };
    this.#lines[this.#at] = own;
    return this.#map(own.indent);
  }

  /** A value that ends in its line. What is further in below it would belong to it. */
  #inline(line: PlainLine, start: number): PlainNode {
    const [read, end] = this.#value(start, line.end, 0, PLAIN);
    if (!this.#isEmptyFrom(this.#afterSpaces(end, line.end), line.end)) throw new NotPlain();
    this.#at += 1;
    const next = this.#lines[this.#at];
    if (next !== undefined && next.indent > line.indent) throw new NotPlain();
    return read;
  }

  #value(start: number, end: number, depth: number, plain: RegExp): [PlainNode, number] {
    const first = this.#text[start];
    if (depth > DEEPEST_FLOW) throw new NotPlain();
    if (first === '[') return this.#flowList(start, end, depth);
    if (first === '{') return this.#flowMap(start, end, depth);
    if (first === '"' || first === "'") return this.#quoted(start);
    plain.lastIndex = start;
    const found = plain.exec(this.#text)?.[0];
    if (found === undefined) throw new NotPlain();
    // A comment ends it, and a colon would make a name of it.
    const comment = found.indexOf(' #');
    const shown = (comment === -1 ? found : found.slice(0, comment)).trimEnd();
    if (shown.endsWith(':') || shown.includes(': ')) throw new NotPlain();
    const scalar = plainScalar(shown);
    if (scalar === undefined) throw new NotPlain();
    return [{ node: { start }, value: scalar.value }, start + shown.length];
  }

  #quoted(start: number): [PlainNode, number] {
    QUOTED.lastIndex = start;
    const found = QUOTED.exec(this.#text);
    if (found === null) throw new NotPlain();
    const value = found[1] ?? found[2] ?? '';
    return [{ node: { start }, value }, start + found[0].length];
  }

  #flowList(start: number, end: number, depth: number): [PlainNode, number] {
    const items: SourceNode[] = [];
    const value: unknown[] = [];
    let at = this.#afterSpaces(start + 1, end);
    while (this.#text[at] !== ']') {
      const [entry, after] = this.#value(at, end, depth + 1, PLAIN_IN_FLOW);
      items.push(entry.node);
      value.push(entry.value);
      at = this.#afterComma(after, end, ']');
    }
    return [{ node: { start, items }, value }, at + 1];
  }

  #flowMap(start: number, end: number, depth: number): [PlainNode, number] {
    const members: SourceMember[] = [];
    const value: Record<string, unknown> = {};
    let at = this.#afterSpaces(start + 1, end);
    while (this.#text[at] !== '}') {
      const [name, afterName] = this.#key(at);
      if (Object.hasOwn(value, name)) throw new NotPlain();
      const [member, after] = this.#value(this.#afterSpaces(afterName, end), end, depth + 1, PLAIN_IN_FLOW);
      members.push({ name, start: at, node: member.node });
      value[name] = member.value;
      at = this.#afterComma(after, end, '}');
    }
    return [{ node: { start, members }, value }, at + 1];
  }

  /** Where the next entry begins, or the bracket that closes. */
  #afterComma(at: number, end: number, closing: string): number {
    const found = this.#afterSpaces(at, end);
    if (this.#text[found] === closing) return found;
    if (this.#text[found] !== ',') throw new NotPlain();
    return this.#afterSpaces(found + 1, end);
  }

  /** A name, and where its colon ends. One that is a number or a word of YAML, or that JavaScript minds, is not plain. */
  #key(start: number): [string, number] {
    KEY.lastIndex = start;
    const found = KEY.exec(this.#text);
    if (found === null) throw new NotPlain();
    const [whole, plain, ...quoted] = found;
    const name = plain ?? quoted.find((one) => one !== undefined) ?? '';
    if (name === '__proto__' || (plain !== undefined && plainScalar(plain)?.value !== plain))
      throw new NotPlain();
    return [name, start + whole.length];
  }

  #isEntry({ start, end }: PlainLine): boolean {
    return this.#text[start] === '-' && (start + 1 === end || this.#text[start + 1] === ' ');
  }

  /** Whether nothing follows, or a comment, which has a space before it. */
  #isEmptyFrom(at: number, end: number): boolean {
    return at >= end || (this.#text[at] === '#' && this.#text[at - 1] === ' ');
  }

  #afterSpaces(at: number, end: number): number {
    let found = at;
    while (found < end && this.#text[found] === ' ') found += 1;
    if (found > end) throw new NotPlain();
    return found;
  }
}
