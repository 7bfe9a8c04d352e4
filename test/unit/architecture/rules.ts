import { importsOf, packageOf, type SourceFile, targetOf } from './source-files.ts';

/** A rule of the architecture: what is wrong with a file, in words; nothing when all is well. */
export type Rule = (file: SourceFile) => readonly string[];

/** Rooms of shared/ that decide and compute, and touch nothing outside of their arguments. */
export const PURE_ROOMS = [
  'record',
  'home',
  'settings',
  'signals',
  'requirements',
  'views',
  'enforcement',
  'reach',
  'standstill',
  'fallback',
  'catalog',
  'policy',
  'audit',
  'facts',
  'documents',
  'json',
  'keys',
  'errors',
].map((room) => `shared/${room}/`);

/** Rooms of the processes that decide about one request or one message. */
export const DECIDING_ROOMS = [
  'webhook/admission/',
  'webhook/mutate/',
  'webhook/validate/',
  'webhook/policies/',
  'webhook/deciders/',
];

/** Packages that compute and do no I/O. */
// Of node:crypto digests alone; what makes something random is found by the rule of chance.
const PURE_PACKAGES = ['zod', 'yaml', 'node:crypto'];

/** Rooms of shared/ that speak to the outside, or hold what does beside what decides. Every room is here or above. */
export const IMPURE_ROOMS = ['aws-sdk', 'kube', 'process', 'stores'].map((room) => `shared/${room}/`);

/** What a function that gives the same answer for the same question can't use. */
const IMPURE =
  /\b(?:Date\.now\(|new Date\(\)|performance\.|process\.|Math\.random\(|setTimeout\(|setInterval\(|console\.|fetch\(|random(?:Bytes|UUID|Int)\()/g;

const within = (path: string, rooms: readonly string[]) => rooms.some((room) => path.startsWith(room));

function targets(file: SourceFile): string[] {
  return importsOf(file.text).flatMap((specifier) => targetOf(file.path, specifier) ?? []);
}

/** What the files of each folder of the product may import. A folder that is not named here may not be. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  shared: ['shared'],
  webhook: ['webhook', 'shared'],
  watcher: ['watcher', 'shared'],
  cli: ['cli', 'shared'],
};
export const PRODUCT = Object.keys(ALLOWED);

/** Folders of TypeScript that are no part of the product: they may import all of it, and nothing of it them. */
export const BESIDE = ['bench', 'demo', 'packages', 'scripts', 'test'];

/** webhook, watcher and cli import shared, never each other; shared imports none of them. */
export const importsGoOneWay: Rule = (file) => {
  const [folder = ''] = file.path.split('/');
  const allowed = ALLOWED[folder];
  if (allowed === undefined) return [`${file.path} is in a folder of which no rule says what it may import`];
  return targets(file)
    .filter((target) => !allowed.includes(target.split('/')[0] ?? ''))
    .map((target) => `${file.path} imports ${target}`);
};

/** Rooms of the watcher that say what they do by facts, and know of nobody who listens. */
const TELLING_ROOMS = ['watcher/controllers/', 'watcher/hearing/'];
const LISTENERS = 'watcher/listeners/';

/** In the watcher, neither duties nor what hears the queue know those who listen to facts, or each other. */
export const whoTellsKnowsNoListener: Rule = (file) => {
  const own = TELLING_ROOMS.find((room) => file.path.startsWith(room));
  if (own === undefined) return [];
  const others = [LISTENERS, ...TELLING_ROOMS.filter((room) => room !== own)];
  return targets(file)
    .filter((target) => within(target, others))
    .map((target) => `${file.path} imports ${target}`);
};

const CONTROLLERS = 'watcher/controllers/';
/** The one file that knows all of them. */
const ALL_CONTROLLERS = `${CONTROLLERS}all-controllers.ts`;

/** A duty of the leader is a file, or a folder, and knows no other one. */
export const controllersKnowNoOther: Rule = (file) => {
  const own = controllerOf(file.path);
  if (own === undefined || file.path === ALL_CONTROLLERS) return [];
  return targets(file)
    .filter((target) => ![undefined, own].includes(controllerOf(target)))
    .map((target) => `${file.path} imports ${target}`);
};

/** `arc` of all files in `watcher/controllers/arc/`, `tend.ts` of the file of that name. */
function controllerOf(path: string): string | undefined {
  return path.startsWith(CONTROLLERS) ? path.slice(CONTROLLERS.length).split('/')[0] : undefined;
}

/** Each room of shared/ is said to be pure or not. */
export const roomsAreListed: Rule = ({ path }) =>
  path.startsWith('shared/') && !within(path, [...PURE_ROOMS, ...IMPURE_ROOMS])
    ? [`${path} is in a room that is neither in PURE_ROOMS nor in IMPURE_ROOMS`]
    : [];

/** Pure rooms import pure rooms, and packages that compute. */
export const pureRoomsImportNoIo: Rule = (file) => {
  if (!within(file.path, PURE_ROOMS)) return [];
  return importsOf(file.text)
    .filter((specifier) => {
      const target = targetOf(file.path, specifier);
      return target === undefined
        ? !PURE_PACKAGES.includes(packageOf(specifier) ?? specifier)
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
        ? !PURE_PACKAGES.includes(packageOf(specifier) ?? specifier)
        : within(target, IMPURE_ROOMS);
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
