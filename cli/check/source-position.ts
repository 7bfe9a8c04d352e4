import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';

/** A place in a text; both count from 1, as editors do. `column` counts UTF-16 units, as SARIF may. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the line of an offset. Lines are only looked for once something is asked. */
export class LineIndex {
  readonly #text: string;
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): Position {
    this.#starts ??= startsOf(this.#text);
    const starts = this.#starts;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/**
 * Where a path such as `spec.template.spec.requirements[2].values` begins: at the key of a member, at the beginning of
 * an entry of a list. Of a path that is not there, the nearest ancestor that is; the object itself at the last. A name
 * may have dots in it, as labels do: what stands in the object tells where it ends.
 */
export function offsetOf(document: Document, object: Node, path: string): number {
  let node: Node | undefined = object;
  let offset = startOf(object);
  let rest = path;
  while (rest !== '' && node !== undefined) {
    const step = stepInto(resolved(document, node), rest);
    if (step === undefined) break;
    if (step.offset !== undefined) offset = step.offset;
    node = step.node;
    rest = step.rest;
  }
  return offset;
}

interface Step {
  readonly offset: number | undefined;
  readonly node: Node | undefined;
  readonly rest: string;
}

const ENTRY = /^\[(\d+)\]\.?/;
const QUOTED_NAME = /^\[(["'])(.*?)\1\]\.?/;

function stepInto(node: Node | undefined, path: string): Step | undefined {
  if (isSeq<Node>(node)) {
    const entry = ENTRY.exec(path);
    const item = entry === null ? undefined : node.items[Number(entry[1])];
    if (entry === null || item === undefined) return undefined;
    return { offset: startOf(item), node: item, rest: path.slice(entry[0].length) };
  }
  if (!isMap<Node, Node>(node)) return undefined;
  const quoted = QUOTED_NAME.exec(path);
  const found = quoted === null ? longestNameOf(node.items, path) : pairNamed(node.items, quoted[2] ?? '');
  if (found === undefined) return undefined;
  const rest = quoted === null ? path.slice(nameOf(found).length) : path.slice(quoted[0].length);
  return { offset: startOf(found.key), node: found.value ?? undefined, rest: rest.replace(/^\./, '') };
}

/** The member with the longest name that the path can begin with. */
function longestNameOf(pairs: readonly Pair<Node, Node>[], path: string): Pair<Node, Node> | undefined {
  return pairs
    .filter((pair) => {
      const name = nameOf(pair);
      return name !== '' && path.startsWith(name) && ['', '.', '['].includes(path.charAt(name.length));
    })
    .sort((left, right) => nameOf(right).length - nameOf(left).length)[0];
}

function pairNamed(pairs: readonly Pair<Node, Node>[], name: string): Pair<Node, Node> | undefined {
  return pairs.find((pair) => nameOf(pair) === name);
}

function nameOf({ key }: Pair<Node, Node>): string {
  return isScalar(key) ? String(key.value) : '';
}

/** What an alias stands for: an entry that was written elsewhere is looked at there. */
function resolved(document: Document, node: Node): Node | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
