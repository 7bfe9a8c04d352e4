import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Why an image cannot be looked at here. */
export class NotPossibleHere extends Error {}

const configSchema = z.object({
  OCIv1: z.object({
    config: z.object({
      User: z.string().optional(),
      Entrypoint: z.array(z.string()).optional(),
      Cmd: z.array(z.string()).optional(),
      WorkingDir: z.string().optional(),
      Env: z.array(z.string()).optional(),
    }),
  }),
});

export type ImageConfig = z.infer<typeof configSchema>['OCIv1']['config'];

/** An image that is mounted for the time of a call. */
export interface MountedImage {
  /** The folder that holds the image's root. */
  readonly root: string;
  readonly config: ImageConfig;
}

/** Mounts an image from buildah's local storage, hands it over, and unmounts it whatever happens. */
export function withMountedImage<T>(image: string, look: (mounted: MountedImage) => T): T {
  if (process.getuid?.() !== 0) throw new NotPossibleHere('it takes root to mount an image');
  const env = storage();
  const { config } = configSchema.parse(JSON.parse(buildah(env, 'inspect', '--type', 'image', image))).OCIv1;
  const container = buildah(env, 'from', '--pull-never', image).trim();
  try {
    return look({ root: buildah(env, 'mount', container).trim(), config });
  } finally {
    buildah(env, 'umount', container);
    buildah(env, 'rm', container);
  }
}

function buildah(env: NodeJS.ProcessEnv, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('buildah', args, { env, encoding: 'utf8' });
  if (error || status !== 0)
    throw new NotPossibleHere(`buildah ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

/** Where images are: in the storage of the scripts of `npm run test:node` where those are, else in buildah's own. */
function storage(): NodeJS.ProcessEnv {
  const scripts = process.env.ZONEWARDEN_REALNODE ?? resolve(import.meta.dirname, '../../../shared/realnode');
  const lib = join(scripts, 'lib.sh');
  if (process.env.CONTAINERS_STORAGE_CONF || !existsSync(lib)) return process.env;
  const script =
    '. "$1"; image_env; printf "%s\\n%s" "$CONTAINERS_STORAGE_CONF" "$CONTAINERS_REGISTRIES_CONF"';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', lib], { encoding: 'utf8' });
  if (status !== 0) throw new NotPossibleHere(`${lib}: ${stderr.trim()}`);
  const [storageConf, registriesConf] = stdout.split('\n');
  return {
    ...process.env,
    CONTAINERS_STORAGE_CONF: storageConf,
    CONTAINERS_REGISTRIES_CONF: registriesConf,
  };
}
