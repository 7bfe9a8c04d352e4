import type { Draw } from './draw.ts';

const SCALARS = ['', null, true, 0, -1, 1e308, 'x'] as const;

/** Any JSON there is. */
export function anything(draw: Draw): unknown {
  return draw.weighted<unknown>([
    [4, () => draw.of(SCALARS)],
    [1, () => draw.of([{}, []])],
    [1, () => jsonValue(draw, 3)],
    [1, () => nested(draw.count(3000))],
  ]);
}

function jsonValue(draw: Draw, depth: number): unknown {
  const kind = draw.below(depth === 0 ? 3 : 5);
  if (kind === 0) return draw.of(SCALARS);
  if (kind === 1) return characters(draw, 12);
  if (kind === 2) return (draw.below(2 ** 32) - 2 ** 31) * draw.of([1, 1e-3, 1e200]);
  if (kind === 3) return draw.list(4, () => jsonValue(draw, depth - 1));
  return Object.fromEntries(draw.list(4, () => [characters(draw, 8), jsonValue(draw, depth - 1)] as const));
}

/** Characters of any kind, halves of pairs too. */
export function characters(draw: Draw, most: number): string {
  return draw
    .list(most, () => {
      const [from, to] = draw.of(CHARACTERS);
      return String.fromCodePoint(draw.within(from, to));
    })
    .join('');
}

const CHARACTERS = [
  [0x61, 0x7a],
  [0x20, 0x7e],
  [0x00, 0x1f],
  [0x7f, 0x24f],
  [0x2000, 0x206f],
  [0xd800, 0xdfff],
  [0x1f300, 0x1f9ff],
] as const;

/** Lists in lists; made as text where they are sent, since `JSON.stringify` itself would overflow at some thousands. */
function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Deep values overflow `JSON.stringify`; then the text says only that there is one. */
export function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return '[['.repeat(5000);
  }
}
