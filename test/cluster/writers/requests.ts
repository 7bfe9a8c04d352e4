import { stringify } from 'yaml';
import { sameJson } from '../../../shared/json/same-json.ts';
import { isAlreadyExists, isConflict, KubeError } from '../../../shared/kube/errors.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { content } from './observe.ts';
import type { Attempt, Tools, Write } from './writer-case.ts';

/** The requests that tools send, one by one. Who sends which is said where it is used. */

export interface ApplyAs {
  readonly manager: string;
  readonly force: boolean;
}

/** Server-side apply of a manifest. */
export function serverSideApply({ client }: Tools, manifest: KubeObject, as: ApplyAs): Write {
  const name = nameOf(manifest);
  return (dryRun) =>
    attempt(
      client.patch(
        resources.nodePools,
        { name },
        { kind: 'apply', body: manifest },
        { fieldManager: as.manager, force: as.force, dryRun },
      ),
    );
}

/** A JSON merge patch (RFC 7386). */
export function mergePatch({ client }: Tools, name: string, body: object, manager: string): Write {
  return (dryRun) =>
    attempt(
      client.patch(resources.nodePools, { name }, { kind: 'merge', body }, { fieldManager: manager, dryRun }),
    );
}

export function post({ client }: Tools, object: KubeObject, manager: string): Write {
  return (dryRun) => attempt(client.create(resources.nodePools, object, { fieldManager: manager, dryRun }));
}

/** A kubectl command with the manifest on its standard input; the object that it prints is the answer. */
export function kubectlWrite(tools: Tools, args: readonly string[], manifest?: KubeObject): Write {
  return async (dryRun) => {
    const flags = ['-o', 'json', ...(dryRun ? ['--dry-run=server'] : [])];
    const { stdout, stderr, code } = await tools.kubectl(
      [...args, ...flags],
      manifest === undefined ? {} : { input: stringify(manifest) },
    );
    if (code !== 0) return { refused: reasonIn(stderr) };
    // `replace --force` says first what it has deleted.
    return { object: JSON.parse(stdout.slice(stdout.indexOf('{'))) as KubeObject };
  };
}

/** `kubectl diff` of a manifest; true when there is nothing to show. @throws when it fails */
export function kubectlDiff(tools: Tools, flags: readonly string[], manifest: KubeObject) {
  return async (): Promise<boolean> => {
    const { code, stderr } = await tools.kubectl(['diff', ...flags, '-f', '-'], {
      input: stringify(manifest),
    });
    if (code > 1) throw new Error(`kubectl diff ended with ${code}: ${stderr}`);
    return code === 0;
  };
}

/** A dry run compared with what is stored: what Flux and Argo CD's server-side diff call drift. */
export function dryRunEqualsLive(tools: Tools, name: string, write: Write) {
  return async (): Promise<boolean> => {
    const { object, refused } = await write(true);
    if (object === undefined) throw new Error(`the dry run of ${name} was refused: ${refused}`);
    return sameJson(content(object), content(await tools.live(name)));
  };
}

/** Sends a write only where its dry run differs from what is stored. */
export function unlessEqual(tools: Tools, name: string, write: Write): Write {
  return async (dryRun) => {
    if (dryRun) return write(true);
    const { object, refused } = await write(true);
    if (refused !== undefined) return { refused };
    const live = await tools.live(name).catch(() => undefined);
    if (object !== undefined && live !== undefined && sameJson(content(object), content(live))) {
      return { notSent: true };
    }
    return write(false);
  };
}

/** Nothing is written. */
export const nothing: Write = () => Promise.resolve({ notSent: true });

export function nameOf(object: KubeObject): string {
  return object.metadata.name ?? '';
}

async function attempt(answer: Promise<KubeObject>): Promise<Attempt> {
  try {
    return { object: await answer };
  } catch (error) {
    if (isConflict(error)) return { refused: 'conflict' };
    if (isAlreadyExists(error)) return { refused: 'exists' };
    if (error instanceof KubeError) return { refused: reasonIn(error.message) };
    throw error;
  }
}

function reasonIn(text: string): string {
  if (/conflict/i.test(text)) return 'conflict';
  if (/AlreadyExists|already exists/.test(text)) return 'exists';
  if (/failed calling webhook/.test(text)) return 'no webhook';
  return text.trim().slice(0, 200);
}
