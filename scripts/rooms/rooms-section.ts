import { type ImportGraph, importGraph, roomGraph } from '../../test/unit/architecture/import-cycles.ts';
import { DECIDING_ROOMS, PRODUCT, PURE_ROOMS } from '../../test/unit/architecture/rules.ts';
import { sourceFiles } from '../../test/unit/architecture/source-files.ts';
import { drawnArrows, targets } from './drawn-arrows.ts';
import { ROOM_DESCRIPTIONS } from './room-descriptions.ts';

/** Where the section of the rooms stands, and between which lines. */
export const DOCUMENT = 'docs/architecture.md';
export const BEGIN = '<!-- made by npm run rooms from the imports and scripts/rooms/room-descriptions.ts -->';
export const END = '<!-- end of the rooms -->';

/** The rooms as they are in the sources now. */
export function roomsNow(): ImportGraph {
  return roomGraph(importGraph(sourceFiles(PRODUCT)));
}

/**
 * For each top folder a picture of its rooms, and a table with what they are and all that they import. One picture of
 * everything has 200 arrows.
 * @throws where a room has no description, or a description no room
 */
export function renderRooms(graph = roomsNow(), descriptions = ROOM_DESCRIPTIONS): string {
  const rooms = [...graph.keys()].sort();
  const wrong = [
    ...rooms.filter((room) => !Object.hasOwn(descriptions, room)).map((room) => `${room} has no description`),
    ...Object.keys(descriptions)
      .filter((room) => !graph.has(room))
      .map((room) => `${room} is described and is not there`),
  ];
  if (wrong.length > 0) throw new Error(`scripts/rooms/room-descriptions.ts: ${wrong.join('; ')}`);
  return PRODUCT.map((folder) => {
    const own = rooms.filter((room) => folderOf(room) === folder);
    const table =
      folder === 'shared' ? sharedTable(graph, own, descriptions) : processTable(graph, own, descriptions);
    return `### Rooms of ${folder}\n\n${picture(graph, own)}\n\n${table}`;
  }).join('\n\n');
}

function picture(graph: ImportGraph, rooms: readonly string[]): string {
  const nodes = rooms.map((room) => {
    const [open, close] = isPure(room) ? ['([', '])'] : ['[', ']'];
    return `  ${idOf(room)}${open}"${nameOf(room)}"${close}`;
  });
  const arrows = drawnArrows(graph, rooms).map(([from, to]) => `  ${idOf(from)} --> ${idOf(to)}`);
  return ['```mermaid', 'flowchart TD', ...nodes, ...arrows, '```'].join('\n');
}

type Descriptions = Readonly<Record<string, string>>;

function sharedTable(graph: ImportGraph, rooms: readonly string[], descriptions: Descriptions): string {
  const importers = (room: string) =>
    PRODUCT.filter(
      (folder) =>
        folder !== 'shared' &&
        [...graph].some(([from, imported]) => folderOf(from) === folder && imported.has(room)),
    );
  return tableOf(
    ['Room', 'What it is', 'Imports', 'Programs that import it'],
    rooms.map((room) => [
      linkTo(room),
      descriptions[room] ?? '',
      named(targets(graph, room, rooms)),
      importers(room).join(', ') || '–',
    ]),
  );
}

function processTable(graph: ImportGraph, rooms: readonly string[], descriptions: Descriptions): string {
  const shared = [...graph.keys()].filter((room) => folderOf(room) === 'shared').sort();
  return tableOf(
    ['Room', 'What it is', 'Imports', 'Imports of shared'],
    rooms.map((room) => [
      linkTo(room),
      descriptions[room] ?? '',
      named(targets(graph, room, rooms)),
      named(targets(graph, room, shared)),
    ]),
  );
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const folderOf = (room: string): string => room.split('/')[0] ?? '';

/** Without its folder, which the heading says; the room of a folder's own files is named like the folder. */
const nameOf = (room: string): string => room.split('/')[1] ?? room;

/** What Mermaid takes for a name in any place: words such as `end` are its own. */
const idOf = (room: string): string => room.replace(/\W/g, '_');

const named = (rooms: readonly string[]): string => rooms.map(nameOf).join(', ') || '–';

const linkTo = (room: string): string => `[${nameOf(room)}](../${room})`;

const isPure = (room: string): boolean => [...PURE_ROOMS, ...DECIDING_ROOMS].includes(`${room}/`);
