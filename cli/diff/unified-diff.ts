/** Lines around each change. */
const CONTEXT = 3;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * The difference of two texts in the unified form that `diff -u`, `kubectl diff` and `git apply` know; empty where there is
 * none. Both texts end with a line end.
 */
export function unifiedDiff(
  from: string,
  to: string,
  names: { readonly from: string; readonly to: string },
): string {
  if (from === to) return '';
  const lines = changesOf(from.split('\n').slice(0, -1), to.split('\n').slice(0, -1));
  return [`--- ${names.from}`, `+++ ${names.to}`, ...hunksOf(lines)].join('\n');
}

/** All lines of both, in order. Equal lines at both ends are set aside: what is left of a changed object is short. */
function changesOf(from: readonly string[], to: readonly string[]): Line[] {
  let start = 0;
  while (start < Math.min(from.length, to.length) && from[start] === to[start]) start += 1;
  let end = 0;
  const most = Math.min(from.length, to.length) - start;
  while (end < most && from[from.length - 1 - end] === to[to.length - 1 - end]) end += 1;
  return [
    ...marked(' ', from.slice(0, start)),
    ...middleOf(from.slice(start, from.length - end), to.slice(start, to.length - end)),
    ...marked(' ', from.slice(from.length - end)),
  ];
}

/** By the longest common subsequence. */
function middleOf(from: readonly string[], to: readonly string[]): Line[] {
  const common = commonLengths(from, to);
  const lines: Line[] = [];
  let [left, right] = [0, 0];
  while (left < from.length || right < to.length) {
    const [gone, come] = [from[left], to[right]];
    if (gone !== undefined && gone === come) {
      lines.push({ mark: ' ', text: gone });
      left += 1;
      right += 1;
    } else if (
      come === undefined ||
      (gone !== undefined && at(common, left + 1, right) >= at(common, left, right + 1))
    ) {
      lines.push({ mark: '-', text: gone ?? '' });
      left += 1;
    } else {
      lines.push({ mark: '+', text: come });
      right += 1;
    }
  }
  return lines;
}

/** Entry `[i][j]`: how many lines `from` from i on and `to` from j on have in common. */
function commonLengths(from: readonly string[], to: readonly string[]): number[][] {
  const table = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0));
  for (let left = from.length - 1; left >= 0; left -= 1) {
    const row = table[left] ?? [];
    for (let right = to.length - 1; right >= 0; right -= 1) {
      row[right] =
        from[left] === to[right]
          ? at(table, left + 1, right + 1) + 1
          : Math.max(at(table, left + 1, right), at(table, left, right + 1));
    }
  }
  return table;
}

function at(table: readonly (readonly number[])[], row: number, column: number): number {
  return table[row]?.[column] ?? 0;
}

function hunksOf(lines: readonly Line[]): string[] {
  const changed = lines.flatMap(({ mark }, place) => (mark === ' ' ? [] : [place]));
  const hunks: { start: number; end: number }[] = [];
  for (const place of changed) {
    const [start, end] = [Math.max(0, place - CONTEXT), Math.min(lines.length, place + CONTEXT + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && start <= last.end) last.end = end;
    else hunks.push({ start, end });
  }
  return hunks.flatMap(({ start, end }) => [
    `@@ -${rangeOf(lines, start, end, '+')} +${rangeOf(lines, start, end, '-')} @@`,
    ...lines.slice(start, end).map(({ mark, text }) => `${mark}${text}`),
  ]);
}

/** `first,count` of one side, which has no lines with the other side's mark. */
function rangeOf(lines: readonly Line[], start: number, end: number, other: '+' | '-'): string {
  const count = (part: readonly Line[]) => part.filter(({ mark }) => mark !== other).length;
  const inside = count(lines.slice(start, end));
  const before = count(lines.slice(0, start));
  return `${inside === 0 ? before : before + 1},${inside}`;
}

function marked(mark: Line['mark'], texts: readonly string[]): Line[] {
  return texts.map((text) => ({ mark, text }));
}
