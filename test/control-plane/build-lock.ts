import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlPlaneError } from './control-plane-error.ts';
import { identityOf, isRunning, type ProcessIdentity, processIdentitySchema } from './process-identity.ts';

export interface LockOptions {
  /** Told once for every holder that is waited for. */
  readonly onWait?: (holder: ProcessIdentity) => void;
  /** How long another holder is waited for. Default: one hour, several times a cold build. */
  readonly timeoutMs?: number;
}

/**
 * Runs `work` while this process alone holds the lock file. The file names its holder (pid and start time), so a
 * lock whose holder was killed is taken over by the next that comes, and a pid that was given out anew is no holder.
 * Throws `control-plane.lock-timeout` when another holder keeps it for too long.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const self = identityOf(process.pid);
  if (self === undefined)
    throw new ControlPlaneError('lock-failed', 'This process cannot read its own start time.');
  const content = JSON.stringify(self);
  mkdirSync(dirname(file), { recursive: true });
  await acquire(file, content, options);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function acquire(file: string, content: string, options: LockOptions): Promise<void> {
  const deadline = Date.now() + (options.timeoutMs ?? 3_600_000);
  let told: string | undefined;
  while (!create(file, content)) {
    const found = read(file);
    if (found === undefined) continue; // Released between the two calls.
    const holder = parseHolder(found);
    if (holder === undefined || !isRunning(holder)) {
      takeAway(file, found);
      continue;
    }
    if (told !== found) options.onWait?.(holder);
    told = found;
    if (Date.now() > deadline) {
      throw new ControlPlaneError(
        'lock-timeout',
        `Process ${holder.pid} has held ${file} for too long; end it, or remove the file if it does something else.`,
      );
    }
    await delay(100);
  }
}

/** Creates the lock together with its content: a link to a finished file, so that no reader sees an empty one. */
function create(file: string, content: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/**
 * Removes a dead holder's lock. Of several that try, one rename succeeds. Should it have caught a lock that a third
 * process took in between, that one is put back; the remaining gap can at worst cause a second build, whose result
 * replaces the first by rename.
 */
function takeAway(file: string, stale: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // Another process was faster.
  }
  if (read(aside) !== stale) {
    try {
      linkSync(aside, file);
    } catch {
      // Taken again meanwhile: see above.
    }
  }
  rmSync(aside, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parseHolder(content: string): ProcessIdentity | undefined {
  try {
    return processIdentitySchema.parse(JSON.parse(content));
  } catch {
    return undefined;
  }
}
