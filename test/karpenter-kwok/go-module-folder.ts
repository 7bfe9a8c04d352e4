import { z } from 'zod';
import { runGo } from '../control-plane/go-command.ts';

const downloadSchema = z.object({ Dir: z.string() });

/**
 * The folder in Go's module cache that holds a module's files, in the version that the go.mod in `moduleDir` requires.
 * Downloads it, checked against go.sum, where it is not there yet; once it is, no network is needed.
 */
export async function goModuleFolder(moduleDir: string, module: string): Promise<string> {
  const answer = await runGo({ cwd: moduleDir, args: ['mod', 'download', '-json', module] });
  return downloadSchema.parse(JSON.parse(answer)).Dir;
}
