import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runGo } from '../control-plane/go-command.ts';

const MODULE = 'github.com/owenrumney/go-sarif/v3';
const downloadSchema = z.object({ Dir: z.string() });
const objectSchema = z.record(z.string(), z.unknown());

/**
 * The official JSON Schema of SARIF 2.1.0 as something that reads a report. It comes out of a Go module, where Go's proxy and
 * go.sum vouch for it; nothing of that module is compiled.
 * @throws ControlPlaneError where there is no Go, or no way to fetch the module
 */
export async function officialSarifSchema(): Promise<z.ZodType> {
  const answer = await runGo({ args: ['mod', 'download', '-json', MODULE], cwd: import.meta.dirname });
  const { Dir } = downloadSchema.parse(JSON.parse(answer));
  const source = readFileSync(join(Dir, 'pkg', 'report', 'v210', 'sarif', 'schema.go'), 'utf8');
  const text = source.slice(source.indexOf('`') + 1, source.lastIndexOf('`'));
  // zod takes `uri-reference`, which may be a path, for a URL.
  const read = JSON.parse(text, (name, value: unknown) =>
    name === 'format' && value === 'uri-reference' ? undefined : value,
  );
  return z.fromJSONSchema(objectSchema.parse(read));
}
