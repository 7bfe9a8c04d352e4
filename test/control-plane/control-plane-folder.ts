import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ControlPlaneError } from './control-plane-error.ts';
import { identityOf, isRunning, processIdentitySchema } from './process-identity.ts';

const temporaryPrefix = 'zonewarden-control-plane-';

/** What another process needs to use, restart and stop a control plane: the file control-plane.json in its folder. */
export const stateSchema = z.object({
  dir: z.string(),
  detached: z.boolean(),
  /** Who started it; once detached, only of interest while the start is under way. */
  owner: processIdentitySchema,
  adminToken: z.string(),
  binaries: z.object({ kubeApiServer: z.string(), etcd: z.string(), kubectl: z.string() }),
  apiServerArgs: z.array(z.string()),
  port: z.number().int().optional(),
  processes: z.object({ etcd: processIdentitySchema, apiServer: processIdentitySchema }).partial(),
});
export type ControlPlaneState = z.infer<typeof stateSchema>;

/** The files of a control plane, all below one folder. */
export function filesIn(dir: string) {
  return {
    state: join(dir, 'control-plane.json'),
    kubeconfig: join(dir, 'kubeconfig'),
    certs: join(dir, 'certs'),
    /** kube-apiserver writes its self-signed pair here; the file holds the certificate and the CA that signed it. */
    ca: join(dir, 'certs', 'apiserver.crt'),
    tokens: join(dir, 'tokens.csv'),
    serviceAccountKey: join(dir, 'service-account.key'),
    serviceAccountPublicKey: join(dir, 'service-account.pub'),
    etcdData: join(dir, 'etcd'),
    etcdLog: join(dir, 'etcd.log'),
    apiServerLog: join(dir, 'kube-apiserver.log'),
    kubectlCache: join(dir, 'kubectl-cache'),
  };
}

/** Makes the folder with its keys and the admin's token. Without `wanted`, a new one in the temporary directory. */
export function prepareFolder(wanted: string | undefined): { dir: string; adminToken: string } {
  if (wanted === undefined) sweepTemporaryFolders();
  const dir = wanted === undefined ? mkdtempSync(join(tmpdir(), temporaryPrefix)) : claimFolder(wanted);
  const files = filesIn(dir);
  const adminToken = randomBytes(24).toString('hex');
  writeFileSync(files.tokens, `${adminToken},admin,admin,"system:masters"\n`, { mode: 0o600 });
  // EC, not RSA: made in a millisecond.
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(files.serviceAccountKey, privateKey, { mode: 0o600 });
  writeFileSync(files.serviceAccountPublicKey, publicKey);
  return { dir, adminToken };
}

export function writeState(state: ControlPlaneState): void {
  writeFileSync(filesIn(state.dir).state, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
}

/** The state that a folder holds; undefined where it holds none that can be read. */
export function readState(dir: string): ControlPlaneState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(filesIn(dir).state, 'utf8')));
  } catch {
    return undefined;
  }
}

/** True while something of it runs, or its start is under way. */
export function isInUse(state: ControlPlaneState): boolean {
  const { etcd, apiServer } = state.processes;
  const starting = apiServer === undefined && isRunning(state.owner);
  return starting || [etcd, apiServer].some((process) => process !== undefined && isRunning(process));
}

/** This process, as the owner of what it starts. */
export function ownIdentity() {
  return identityOf(process.pid) ?? { pid: process.pid, startedAt: 'unknown' };
}

/** An empty folder at the wanted path; what a control plane that no longer runs left there is removed. */
function claimFolder(dir: string): string {
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    const state = readState(dir);
    if (state === undefined) {
      throw new ControlPlaneError(
        'folder-taken',
        `${dir} is not empty and holds no control plane; name another folder.`,
      );
    }
    if (isInUse(state)) {
      throw new ControlPlaneError(
        'already-running',
        `A control plane runs in ${dir}; stop it, or name another folder.`,
      );
    }
    rmSync(dir, { recursive: true });
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/** Removes folders of control planes that were killed together with their parent, which then removes nothing. */
function sweepTemporaryFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(temporaryPrefix)) continue;
    const dir = join(tmpdir(), name);
    const state = readState(dir);
    if (state === undefined || isInUse(state) || isRunning(state.owner)) continue;
    try {
      rmSync(dir, { recursive: true, force: true });
    } catch {
      // Another start removes it at the same moment.
    }
  }
}
