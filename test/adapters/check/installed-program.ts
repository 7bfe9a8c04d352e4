import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { packProgram } from '../../../scripts/pack-program.ts';
import { runProgram } from './checking.ts';

/** The packed command line, and a place where npm installs for all folders. */
export interface PackedProgram {
  readonly tarball: string;
  readonly dir: string;
  /** With the place's programs and this Node first on PATH, and npm kept away from any network. */
  readonly env: NodeJS.ProcessEnv;
  /** `npm …args` there. @throws Error with npm's words where it fails */
  npm(args: readonly string[]): Promise<string>;
  remove(): void;
}

/** Packs the command line as `npm run pack` does. */
export async function packedProgram(): Promise<PackedProgram> {
  const dir = mkdtempSync(join(tmpdir(), 'zonewarden-packed-'));
  const tarball = await packProgram(join(dir, 'package'), join(dir, 'tarball'));
  const prefix = join(dir, 'prefix');
  const env = {
    ...process.env,
    PATH: [join(prefix, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
    npm_config_prefix: prefix,
    npm_config_cache: join(dir, 'cache'),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  return {
    tarball,
    dir,
    env,
    async npm(args) {
      const { code, stdout, stderr } = await runProgram('npm', args, { cwd: dir, env });
      if (code !== 0) throw new Error(`npm ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
