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

/** A part of a document with its place: a map, a list, or neither. */
export interface SourceNode {
  readonly start: number;
  readonly members?: readonly SourceMember[] | undefined;
  readonly items?: readonly SourceNode[] | undefined;
}

/** A member of a map. `start`: of its name. */
export interface SourceMember {
  readonly name: string;
  readonly start: number;
  readonly node: SourceNode | undefined;
}

/**
 * Where a path such as `spec.template.spec.requirements[2].values` begins: at the name of a member, at the beginning of
 * an entry of a list. Of a path that is not there, the nearest ancestor that is; the object itself at the last. A name
 * may have dots in it, as labels do: what stands in the object tells where it ends.
 */
export function offsetOf(object: SourceNode, path: string): number {
  let node: SourceNode | undefined = object;
  let offset = object.start;
  let rest = path;
  while (rest !== '' && node !== undefined) {
    const step = stepInto(node, rest);
    if (step === undefined) break;
    ({ offset, node, rest } = step);
  }
  return offset;
}

interface Step {
  readonly offset: number;
  readonly node: SourceNode | undefined;
  readonly rest: string;
}

const ENTRY = /^\[(\d+)\]\.?/;
const QUOTED_NAME = /^\[(["'])(.*?)\1\]\.?/;

function stepInto({ members, items }: SourceNode, path: string): Step | undefined {
  if (items !== undefined) {
    const entry = ENTRY.exec(path);
    const item = entry === null ? undefined : items[Number(entry[1])];
    if (entry === null || item === undefined) return undefined;
    return { offset: item.start, node: item, rest: path.slice(entry[0].length) };
  }
  if (members === undefined) return undefined;
  const quoted = QUOTED_NAME.exec(path);
  const found =
    quoted === null ? longestNamed(members, path) : members.find(({ name }) => name === quoted[2]);
  if (found === undefined) return undefined;
  const rest = quoted === null ? path.slice(found.name.length) : path.slice(quoted[0].length);
  return { offset: found.start, node: found.node, rest: rest.replace(/^\./, '') };
}

/** The member with the longest name that the path can begin with. */
function longestNamed(members: readonly SourceMember[], path: string): SourceMember | undefined {
  return members
    .filter(
      ({ name }) => name !== '' && path.startsWith(name) && ['', '.', '['].includes(path.charAt(name.length)),
    )
    .sort((left, right) => right.name.length - left.name.length)[0];
}
