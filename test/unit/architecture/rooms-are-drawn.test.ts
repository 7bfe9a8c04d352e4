import { describe, expect, it } from 'vitest';
import { drawnArrows } from '../../../scripts/rooms/drawn-arrows.ts';
import { BEGIN, DOCUMENT, END, renderRooms, roomsNow } from '../../../scripts/rooms/rooms-section.ts';
import { readDocument } from '../docs/markdown.ts';

it('docs/architecture.md shows the rooms and their imports as they are (npm run rooms writes them)', () => {
  const [, rest = ''] = readDocument(DOCUMENT).split(BEGIN);
  const [section = ''] = rest.split(END);
  expect(section.trim(), 'run `npm run rooms`').toBe(renderRooms());
});

describe('a room', () => {
  it('without a description is refused', () => {
    const graph = new Map([...roomsNow(), ['cli/attic', new Set<string>()] as const]);
    expect(() => renderRooms(graph)).toThrow('cli/attic has no description');
  });

  it('that is described and is not there is refused', () => {
    const graph = new Map([...roomsNow()].filter(([room]) => room !== 'cli/audit'));
    expect(() => renderRooms(graph)).toThrow('cli/audit is described and is not there');
  });
});

describe('an arrow', () => {
  const graphOf = (arrows: readonly string[]) => {
    const names = [...new Set(arrows.join(''))].sort();
    const targetsOf = (name: string) => arrows.flatMap(([from, to]) => (from === name && to ? [to] : []));
    return new Map(names.map((name) => [name, new Set(targetsOf(name))]));
  };
  const drawn = (...arrows: string[]) => {
    const graph = graphOf(arrows);
    return drawnArrows(graph, [...graph.keys()]).map((arrow) => arrow.join(''));
  };

  it('is left out when it follows from others', () => {
    expect(drawn('ab', 'bc', 'cd', 'ac', 'ad')).toEqual(['ab', 'bc', 'cd']);
  });

  it('is drawn when nothing else leads there', () => {
    expect(drawn('ab', 'ac', 'bd', 'cd')).toEqual(['ab', 'ac', 'bd', 'cd']);
  });

  it('of a circle is drawn, and so is each arrow into it', () => {
    expect(drawn('ab', 'ac', 'bc', 'cb')).toEqual(['ab', 'ac', 'bc', 'cb']);
  });
});
