import type { ImportGraph } from '../../test/unit/architecture/import-cycles.ts';

/** An import between two rooms. */
export type Arrow = readonly [from: string, to: string];

/**
 * The imports between these rooms, less those that follow from others: of `a -> b -> c` and `a -> c`, the last. A picture
 * of all of them shows nothing. Where rooms import each other in a circle, an arrow is left out only for a room outside
 * of the circle: within it each of two arrows would follow from the other, and both would go.
 */
export function drawnArrows(graph: ImportGraph, rooms: readonly string[]): Arrow[] {
  const within = new Map(rooms.map((room) => [room, new Set(targets(graph, room, rooms))]));
  const reached = new Map(rooms.map((room) => [room, reachedFrom(room, within)]));
  const reaches = (from: string, to: string) => reached.get(from)?.has(to) === true;
  const follows = ([from, to]: Arrow) =>
    targets(within, from, rooms).some(
      (via) => via !== to && reaches(via, to) && !reaches(via, from) && !reaches(to, via),
    );
  return rooms
    .flatMap((from) => targets(within, from, rooms).map((to): Arrow => [from, to]))
    .filter((arrow) => !follows(arrow));
}

/** What a room imports of these rooms, in their order. */
export function targets(graph: ImportGraph, from: string, rooms: readonly string[]): string[] {
  return rooms.filter((room) => graph.get(from)?.has(room) === true);
}

function reachedFrom(start: string, graph: ImportGraph): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let room = open.pop(); room !== undefined; room = open.pop()) {
    for (const target of graph.get(room) ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      open.push(target);
    }
  }
  return reached;
}
