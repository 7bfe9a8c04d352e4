import { importsOf, type SourceFile, targetOf } from './source-files.ts';

/** Who imports whom, by path. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** The imports between these files, type imports too: they bind readers as much. */
export function importGraph(files: readonly SourceFile[]): ImportGraph {
  const paths = new Set(files.map(({ path }) => path));
  return new Map(
    files.map(({ path, text }) => {
      const targets = importsOf(text).flatMap((specifier) => targetOf(path, specifier) ?? []);
      return [path, new Set(targets.filter((target) => paths.has(target)))];
    }),
  );
}

/** The same between rooms: the folders of the first two levels. */
export function roomGraph(files: ImportGraph): ImportGraph {
  const rooms = new Map<string, Set<string>>();
  for (const [path, targets] of files) {
    const room = roomOf(path);
    const imported = rooms.get(room) ?? new Set();
    rooms.set(room, imported);
    for (const target of targets) if (roomOf(target) !== room) imported.add(roomOf(target));
  }
  return rooms;
}

const roomOf = (path: string): string => path.split('/').slice(0, -1).slice(0, 2).join('/');

/** Each group of which every member is reached from every other, sorted (Tarjan's strongly connected components). */
export function cyclesIn(graph: ImportGraph): string[][] {
  const order = new Map<string, number>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): number => {
    const index = order.size;
    order.set(node, index);
    path.push(node);
    let low = index;
    for (const target of graph.get(node) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (path.includes(target)) low = Math.min(low, order.get(target) ?? low);
    }
    if (low === index) {
      const group = path.splice(path.indexOf(node));
      if (group.length > 1) cycles.push(group.sort());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles.sort((left, right) => left.join().localeCompare(right.join()));
}
