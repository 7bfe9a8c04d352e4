import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { controlPlaneModuleDir, userCacheDir } from './pinned-versions.ts';

/** One archive of envtest with kube-apiserver, etcd and kubectl, as controller-tools releases it. */
export interface EnvtestRelease {
  /** Of Kubernetes: `v1.36.2`. It may be another patch release than the one in go.mod; the minor is the same. */
  readonly version: string;
  readonly url: string;
  /** Of the archive, in hex: what controller-tools' envtest-releases.yaml has for it. */
  readonly sha512: string;
  /** Where its binaries are kept. The digest is part of the name: another archive is another folder. */
  readonly cacheDir: string;
}

const pinSchema = z.object({
  version: z.string().regex(/^v1\.\d+\.\d+$/),
  archives: z.record(
    z.string(),
    z.object({
      url: z.url({ protocol: /^https$/ }),
      sha512: z.string().regex(/^[0-9a-f]{128}$/),
    }),
  ),
});
export type EnvtestPin = z.infer<typeof pinSchema>;

/** The archives that are pinned for one version of Kubernetes, in its folder's envtest.json; `undefined` where none are. */
export function envtestPin(moduleDir: string): EnvtestPin | undefined {
  const file = join(moduleDir, 'envtest.json');
  return existsSync(file) ? pinSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/**
 * The archive for this machine and the version of Kubernetes that is asked for; `undefined` where controller-tools
 * releases none for it, and where `ZONEWARDEN_ENVTEST` is `off`.
 */
export function envtestRelease(env: NodeJS.ProcessEnv = process.env): EnvtestRelease | undefined {
  if (env.ZONEWARDEN_ENVTEST === 'off') return undefined;
  const pin = envtestPin(controlPlaneModuleDir(env));
  const platform = `${process.platform}-${process.arch}`;
  const archive = pin?.archives[platform];
  if (pin === undefined || archive === undefined) return undefined;
  const name = `envtest-${pin.version}_${platform}_${archive.sha512.slice(0, 12)}`;
  return { version: pin.version, ...archive, cacheDir: join(userCacheDir(env), 'control-plane', name) };
}
