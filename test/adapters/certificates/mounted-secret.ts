import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';

/**
 * A folder as the kubelet mounts a Secret: files are links through `..data`, which is a link to a folder with a new
 * name for each content and is swapped by a rename (k8s pkg/volume/util/atomic_writer.go).
 */
export class MountedSecret {
  readonly dir = mkdtempSync(join(tmpdir(), 'zonewarden-mounted-'));
  #version = 0;

  constructor() {
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }));
  }

  /** Puts other contents there, in one rename. */
  swap(files: Readonly<Record<string, string>>): void {
    this.#version += 1;
    const folder = `..${this.#version}`;
    mkdirSync(join(this.dir, folder));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.dir, folder, name), text);
    symlinkSync(folder, join(this.dir, '..data_tmp'));
    renameSync(join(this.dir, '..data_tmp'), join(this.dir, '..data'));
    if (this.#version === 1)
      for (const name of Object.keys(files)) symlinkSync(join('..data', name), join(this.dir, name));
    else rmSync(join(this.dir, `..${this.#version - 1}`), { recursive: true });
  }
}

/** A pair as cert-manager writes it, for 127.0.0.1, with the CA that signed it. */
export async function certManagersPair(lifetimeMs?: number, now = new Date()) {
  const authority = await makeAuthority(now);
  const { certPem, keyPem } = await signLeaf(authority, ['127.0.0.1'], now, lifetimeMs);
  const caPem = authority.certificatePem;
  return { caPem, certPem, keyPem, files: { 'tls.crt': certPem, 'tls.key': keyPem, 'ca.crt': caPem } };
}
