import { importsOf, packageOf, type SourceFile, targetOf } from './source-files.ts';

/** A rule of the architecture: what is wrong with a file, in words; nothing when all is well. */
export type Rule = (file: SourceFile) => readonly string[];

export const PRODUCT = ['shared', 'webhook', 'watcher', 'cli'];

/** Rooms of shared/ that decide and compute, and touch nothing outside of their arguments. */
export const PURE_ROOMS = [
  'zones',
  'requirements',
  'enforcement',
  'catalog',
  'policy',
  'audit',
  'documents',
  'json',
  'errors',
].map((room) => `shared/${room}/`);

/** Rooms of the processes that decide about one request or one message. */
export const DECIDING_ROOMS = [
  'webhook/admission/',
  'webhook/mutate/',
  'webhook/validate/',
  'webhook/policies/',
  'watcher/sources/',
];

/** Packages that compute and do no I/O. */
const PURE_PACKAGES = ['zod', 'yaml'];

/** Rooms of shared/ that speak to the outside. */
const OUTSIDE = [
  'shared/kube/',
  'shared/catalog-source/',
  'shared/http/',
  'shared/logging/',
  'shared/record/',
  'shared/configuration/',
];

/** What a function that gives the same answer for the same question can't use. */
const IMPURE =
  /\b(?:Date\.now\(|new Date\(\)|performance\.|process\.|Math\.random\(|setTimeout\(|setInterval\(|console\.|fetch\()/g;

const within = (path: string, rooms: readonly string[]) => rooms.some((room) => path.startsWith(room));

function targets(file: SourceFile): string[] {
  return importsOf(file.text).flatMap((specifier) => targetOf(file.path, specifier) ?? []);
}

/** webhook, watcher and cli import shared, never each other; shared imports none of them. */
export const importsGoOneWay: Rule = (file) => {
  const [room = ''] = file.path.split('/');
  const allowed: Readonly<Record<string, readonly string[]>> = {
    shared: ['shared'],
    webhook: ['webhook', 'shared'],
    watcher: ['watcher', 'shared'],
    cli: ['cli', 'shared'],
  };
  return targets(file)
    .filter((target) => allowed[room]?.includes(target.split('/')[0] ?? '') === false)
    .map((target) => `${file.path} imports ${target}`);
};

/** Pure rooms import pure rooms, and packages that compute. */
export const pureRoomsImportNoIo: Rule = (file) => {
  if (!within(file.path, PURE_ROOMS)) return [];
  return importsOf(file.text)
    .filter((specifier) => {
      const target = targetOf(file.path, specifier);
      return target === undefined
        ? !PURE_PACKAGES.includes(packageOf(specifier) ?? '')
        : !within(target, PURE_ROOMS);
    })
    .map((specifier) => `${file.path} imports ${specifier}`);
};

/** Deciding rooms import nothing that speaks to the outside. */
export const decidingRoomsImportNoIo: Rule = (file) => {
  if (!within(file.path, DECIDING_ROOMS)) return [];
  return importsOf(file.text)
    .filter((specifier) => {
      const target = targetOf(file.path, specifier);
      return target === undefined
        ? !PURE_PACKAGES.includes(packageOf(specifier) ?? '')
        : within(target, OUTSIDE);
    })
    .map((specifier) => `${file.path} imports ${specifier}`);
};

/** Neither of them looks at a clock, at chance, or at its process. */
export const noClockAndNoChance: Rule = (file) => {
  if (!within(file.path, [...PURE_ROOMS, ...DECIDING_ROOMS])) return [];
  return [...withoutComments(file.text).matchAll(IMPURE)].map(([found]) => `${file.path} uses ${found}`);
};

/** What is in node_modules of a production image: nothing but `dependencies`. */
export function onlyDependencies(dependencies: readonly string[]): Rule {
  return (file) =>
    importsOf(file.text)
      .map(packageOf)
      .filter((name) => name !== undefined && !dependencies.includes(name))
      .map((name) => `${file.path} imports ${name}, which is not a dependency`);
}

/** No file is longer than people read at once. */
export const atMost300Lines: Rule = (file) => {
  const lines = file.text.replace(/\n$/, '').split('\n').length;
  return lines > 300 ? [`${file.path} has ${lines} lines`] : [];
};

/** A folder is named after what is in it. */
export const foldersSayWhatIsInside: Rule = (file) =>
  file.path
    .split('/')
    .slice(0, -1)
    .filter((folder) => /^(?:utils?|helpers?|common|misc|lib)$/.test(folder))
    .map((folder) => `${file.path} is in a folder named ${folder}`);

/** Good enough for what is looked for: no string of ours holds a comment's beginning in front of a call. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
