import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { CertificateFilesError } from './certificate-errors.ts';
import type { CertificateEvents, CertificateSource, ServingPair } from './certificate-source.ts';
import { readFilePair } from './file-pair.ts';

/**
 * How often the files are read without an event, as controller-runtime's certwatcher does. Events can be missed: a
 * folder that was replaced as a whole, a file system that tells none, a limit on inotify watches.
 */
const POLL_MS = 10_000;
/** A swap is several events, and a pair that is copied file by file is none until both are there. */
const SETTLE_MS = 50;

export interface CertificateFilesOptions {
  /** Holds tls.crt (leaf first, then its chain) and tls.key. */
  readonly dir: string;
  readonly events: CertificateEvents;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pollMs?: number;
}

/**
 * Serves a pair of files that somebody else renews, such as cert-manager through a mounted Secret. The kubelet writes
 * the new files into a new folder and renames a symbolic link, `..data`, over the old one, while tls.crt and tls.key
 * are links through it: nothing happens to the files themselves, so that the folder is watched, and what is compared
 * are bytes, not times.
 */
export function createCertificateFiles(options: CertificateFilesOptions): CertificateSource {
  return new CertificateFiles(options);
}

class CertificateFiles implements CertificateSource {
  readonly #options: CertificateFilesOptions;
  #served: ServingPair | undefined;
  /** What was read last, and what is wrong with it: a pair is judged, served and reported once. */
  #judged: { readonly bytes: string; readonly trouble: string | undefined } | undefined;
  #trouble: string | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | undefined;
  #stopped = false;

  constructor(options: CertificateFilesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#lookAgain();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    await this.#look;
  }

  problem(): string | undefined {
    if (this.#served === undefined) return this.#trouble ?? `${this.#options.dir} has not been read yet`;
    const { notAfter } = this.#served;
    if (notAfter.getTime() > this.#options.now()) return undefined;
    return `the serving certificate expired on ${notAfter.toISOString()}`;
  }

  #lookAgain(): void {
    clearTimeout(this.#timer);
    // An event during a look: the next one follows it.
    this.#look = (this.#look ?? Promise.resolve()).then(async () => {
      if (this.#stopped) return;
      this.#watchFolder();
      // Before the files are read: what changes meanwhile brings the next look forward, and must not be put off again.
      this.#lookIn(this.#options.pollMs ?? POLL_MS);
      await this.#readOnce();
    });
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.#lookAgain(), ms);
  }

  /** Anew at each look: of a folder that was replaced by another of its name the old watch hears nothing. */
  #watchFolder(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    try {
      this.#watcher = watch(this.#options.dir, () => this.#lookIn(SETTLE_MS));
      this.#watcher.on('error', () => undefined);
    } catch {
      // Not there yet: the poll looks for it, and finds the files with it.
    }
  }

  async #readOnce(): Promise<void> {
    const { dir, events } = this.#options;
    try {
      const [certPem, keyPem] = await readPair(dir);
      const bytes = `${certPem}\n${keyPem}`;
      if (bytes === this.#judged?.bytes) this.#trouble = this.#judged.trouble;
      else this.#judge(certPem, keyPem, bytes);
    } catch (error) {
      const trouble = messageOf(error);
      // Files that are not there are not there at each poll.
      if (trouble !== this.#trouble) events.failure('leaf', error);
      this.#trouble = trouble;
    }
  }

  #judge(certPem: string, keyPem: string, bytes: string): void {
    const { dir, events, now } = this.#options;
    this.#trouble = undefined;
    try {
      const pair = readFilePair(certPem, keyPem, dir, new Date(now()));
      events.serve(pair, 'loaded');
      this.#served = pair;
    } catch (error) {
      this.#trouble = messageOf(error);
      events.failure('leaf', error);
    }
    this.#judged = { bytes, trouble: this.#trouble };
  }
}

async function readPair(dir: string): Promise<[string, string]> {
  try {
    const files = ['tls.crt', 'tls.key'].map((name) => readFile(join(dir, name), 'utf8'));
    const [certPem = '', keyPem = ''] = await Promise.all(files);
    return [certPem, keyPem];
  } catch (cause) {
    throw new CertificateFilesError(
      'certificates.files-missing',
      `${dir}: ${messageOf(cause)}; mount a Secret with tls.crt and tls.key there (with cert-manager: the Certificate is perhaps not issued yet)`,
      { cause },
    );
  }
}
