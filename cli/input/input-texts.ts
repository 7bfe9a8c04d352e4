import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { InputError } from './input-error.ts';

/** One text to be looked through, under the name that findings give it. */
export interface InputText {
  /** Path from the working directory where it is below it, else as it was given; `<stdin>` for standard input. */
  readonly name: string;
  readonly text: string;
}

export interface Inputs {
  readonly texts: readonly InputText[];
  readonly errors: readonly InputError[];
}

/** What findings call standard input. */
export const STDIN_NAME = '<stdin>';

/** A kustomization of a whole company is a few megabytes; more is another kind of file. */
export const MOST_BYTES = 64 * 1024 * 1024;

const MANIFEST = /\.(?:ya?ml|json)$/i;

/**
 * Reads what a command line names: files as they are, folders with all manifests (`*.yaml`, `*.yml`, `*.json`) below
 * them, `-` for standard input. A file that is named twice is read once. What cannot be read is told, and all else is
 * read all the same.
 *
 * @param standardInput reads standard input to its end
 */
export async function readInputs(
  names: readonly string[],
  standardInput: () => Promise<string>,
): Promise<Inputs> {
  const texts = new Map<string, InputText>();
  const errors: InputError[] = [];
  const attempt = async (name: string, work: () => void | Promise<void>) => {
    try {
      await work();
    } catch (error) {
      errors.push({ file: name, message: `it cannot be read: ${messageOf(error)}` });
    }
  };
  const take = (path: string) =>
    attempt(shownPath(path), () => {
      texts.set(resolve(path), { name: shownPath(path), text: readText(path, MOST_BYTES) });
    });
  for (const name of names) {
    if (name === '-') {
      await attempt(STDIN_NAME, async () => {
        texts.set('-', { name: STDIN_NAME, text: await standardInput() });
      });
      continue;
    }
    const paths: string[] = [];
    await attempt(shownPath(name), () => {
      paths.push(...(statSync(name).isDirectory() ? manifestsBelow(name) : [name]));
    });
    for (const path of paths) if (!texts.has(resolve(path))) await take(path);
  }
  return { texts: [...texts.values()], errors };
}

/** A path as people and annotations of pull requests want it: from the working directory, with forward slashes. */
function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), resolve(path));
  const isBelow = fromHere !== '' && !fromHere.startsWith(`..${sep}`) && !isAbsolute(fromHere);
  return (isBelow ? fromHere : path).split(sep).join('/');
}

/** Sorted, so that two runs say the same. Hidden folders and node_modules hold no manifests of one's own. */
function manifestsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return isLookedInto(entry.name) ? manifestsBelow(path) : [];
      if (!MANIFEST.test(entry.name)) return [];
      // A link to a folder could lead back here.
      return entry.isFile() || (entry.isSymbolicLink() && isFile(path)) ? [path] : [];
    });
}

function isLookedInto(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules';
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Reads a file. @throws Error for a folder, a device, and what is too large */
export function readText(path: string, mostBytes: number): string {
  const { size } = statSync(path);
  if (size > mostBytes) throw new Error(`it has ${size} bytes, and at most ${mostBytes} are read`);
  return readFileSync(path, 'utf8');
}
