import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One regular file of an image. */
export interface ImageFile {
  /** From the image's root: `/app/package.json`. */
  readonly path: string;
  readonly bytes: number;
}

/** What an image holds, and what should not be there. */
export interface ImageContent {
  readonly files: readonly ImageFile[];
  readonly bytes: number;
  /** In words, each with its path. */
  readonly findings: readonly string[];
}

const SET_ID = 0o6000;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;
/** What only people, compilers and tests read, and what a bundle is there to replace. */
const NOT_FOR_RUNNING = /\.(ts|map)$|\/node_modules\/|\.test\.js$/;

/** Walks a mounted image, without following links. */
export function contentOf(root: string): ImageContent {
  const files: ImageFile[] = [];
  const findings: string[] = [];
  const folders = ['/'];
  for (const folder of folders) {
    // Not `recursive`: that follows links to folders, such as /lib.
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) continue;
      if (entry.isDirectory()) folders.push(path);
      const { mode, size } = lstatSync(join(root, path));
      if (entry.isFile()) files.push({ path, bytes: size });
      findings.push(...modeFindings(path, mode), ...nameFindings(path, entry.isFile()));
    }
  }
  return { files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), findings };
}

function nameFindings(path: string, isFile: boolean): string[] {
  const useless = isFile && path.startsWith('/app/') && NOT_FOR_RUNNING.test(path);
  return useless ? [`${path} is of no use at run time`] : [];
}

function modeFindings(path: string, mode: number): string[] {
  const findings: string[] = [];
  if ((mode & SET_ID) !== 0) findings.push(`${path} runs as its owner or group, whoever starts it`);
  // The sticky bit keeps one user's files from another, as in /tmp.
  if ((mode & WORLD_WRITABLE) !== 0 && (mode & STICKY) === 0)
    findings.push(`${path} can be written by everybody`);
  return findings;
}

/** Sizes by the first `depth` folders of the path, largest first. */
export function sizesByFolder(files: readonly ImageFile[], depth: number): [folder: string, bytes: number][] {
  const sizes = new Map<string, number>();
  for (const { path, bytes } of files) {
    const folder = path
      .split('/')
      .slice(0, -1)
      .slice(0, depth + 1)
      .join('/');
    sizes.set(folder || '/', (sizes.get(folder || '/') ?? 0) + bytes);
  }
  return [...sizes].sort(([, left], [, right]) => right - left);
}

/** `153.2 MB`, of a million bytes each. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
