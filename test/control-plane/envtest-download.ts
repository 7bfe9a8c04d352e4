import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { isExecutable } from './binary-cache.ts';
import { withLockShown } from './build-lock-shown.ts';
import { ControlPlaneError } from './control-plane-error.ts';
import type { EnvtestRelease } from './envtest-release.ts';
import { type Progress, type ProgressStream, startProgress } from './progress.ts';

/** The folder inside of the archives. */
const INSIDE = 'controller-tools/envtest';
const NAMES = ['kube-apiserver', 'etcd', 'kubectl'] as const;

export interface DownloadLimits {
  /** How long the server may say nothing, from the connection to the last byte. Default 10 s. */
  readonly silenceMs?: number;
  /** How long all of it may take. Default 5 minutes; after that a build is as fast. */
  readonly totalMs?: number;
  /** Default 300 MB, several times an archive. */
  readonly maxBytes?: number;
}

/**
 * Sees to it that the binaries of a release are in its folder: fetches the archive, compares its digest, and unpacks it.
 * Any number of processes may ask at once: one downloads, the others say that they wait. Nothing that was not compared
 * is ever unpacked, and nothing is left behind when it fails.
 * @throws ControlPlaneError `control-plane.download-failed` with the reason
 */
export async function ensureDownloaded(
  release: EnvtestRelease,
  stream: ProgressStream = process.stderr,
  limits: DownloadLimits = {},
): Promise<void> {
  if (isDownloaded(release)) return;
  const work = async () => {
    if (isDownloaded(release)) return; // By whoever held the lock before.
    const title = `Downloading kube-apiserver, etcd, kubectl (envtest ${release.version}), once:`;
    const progress = startProgress(title, stream);
    const draft = `${release.cacheDir}.draft`;
    try {
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(draft, { recursive: true });
      const archive = join(draft, 'archive.tar.gz');
      await fetchInto(archive, release, limits, progress);
      await unpack(archive, draft, release);
      rmSync(archive);
      renameSync(draft, release.cacheDir);
      progress.end(`done, in ${release.cacheDir}`);
    } catch (error) {
      progress.end('failed');
      throw error instanceof ControlPlaneError ? error : failed(release, messageOf(error));
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  };
  await withLockShown(`${release.cacheDir}.lock`, work, 'control plane binaries', stream);
}

/** Whether all three are there and can be run. */
export function isDownloaded({ cacheDir }: EnvtestRelease): boolean {
  return NAMES.every((name) => isExecutable(join(cacheDir, name)));
}

function failed({ url }: EnvtestRelease, why: string): ControlPlaneError {
  return new ControlPlaneError('download-failed', `${url}: ${why}`);
}

async function fetchInto(
  file: string,
  release: EnvtestRelease,
  limits: DownloadLimits,
  progress: Progress,
): Promise<void> {
  const { silenceMs = 10_000, totalMs = 300_000, maxBytes = 300_000_000 } = limits;
  const given = new AbortController();
  const giveUp = (why: string) => given.abort(failed(release, why));
  const silence = setTimeout(() => giveUp(`the server said nothing for ${silenceMs} ms`), silenceMs);
  const total = setTimeout(() => giveUp(`it is not all there after ${totalMs} ms`), totalMs);
  try {
    const response = await fetch(release.url, { signal: given.signal });
    if (response.status !== 200 || response.body === null)
      throw failed(release, `the server answered HTTP ${response.status}`);
    const hash = createHash('sha512');
    let bytes = 0;
    const counted = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        silence.refresh();
        bytes += chunk.length;
        if (bytes > maxBytes) throw failed(release, `it is larger than ${maxBytes} bytes`);
        hash.update(chunk);
        progress.detail(`${Math.round(bytes / 1_000_000)} MB`);
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(response.body), counted, createWriteStream(file));
    const digest = hash.digest('hex');
    if (digest !== release.sha512)
      throw failed(
        release,
        `SHA-512 ${digest.slice(0, 12)}… of ${bytes} bytes, where ${release.sha512.slice(0, 12)}… was expected; it was thrown away`,
      );
  } catch (error) {
    // What fetch throws when its connection breaks says only that it "terminated"; the cause says why.
    throw given.signal.aborted ? given.signal.reason : causeOf(error);
  } finally {
    clearTimeout(silence);
    clearTimeout(total);
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof TypeError && error.cause !== undefined ? error.cause : error;
}

/** With the system's tar, which Linux, macOS and Windows have: the content is known by its digest. */
async function unpack(archive: string, dir: string, release: EnvtestRelease): Promise<void> {
  const members = NAMES.map((name) => `${INSIDE}/${name}`);
  await promisify(execFile)('tar', ['-xzf', archive, '-C', dir, ...members]).catch((error: unknown) => {
    const [, firstLine = ''] = messageOf(error).split('\n');
    throw failed(release, `tar cannot unpack it: ${firstLine || messageOf(error)}`);
  });
  for (const name of NAMES) {
    renameSync(join(dir, INSIDE, name), join(dir, name));
    chmodSync(join(dir, name), 0o755);
  }
  rmSync(join(dir, dirname(INSIDE)), { recursive: true });
}
