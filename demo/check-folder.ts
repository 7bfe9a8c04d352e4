import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const reportSchema = z.object({
  results: z.array(z.object({ name: z.string(), rule: z.string(), severity: z.string() })),
});
const findingsSchema = z.array(z.object({ rule: z.string(), severity: z.string() }));

/** What `zonewarden check` says of one NodePool of a folder, as `deny spot-types-min`, sorted. */
export async function checkFolder(path: string, name: string): Promise<string[]> {
  const cli = join(import.meta.dirname, '..', 'cli', 'main.ts');
  const child = spawn(process.execPath, [cli, 'check', path, '-o', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk;
  await closed;
  return shown(reportSchema.parse(JSON.parse(text)).results.filter((result) => result.name === name));
}

/** The findings of an audit line in the same form. */
export function findingsIn(line: Readonly<Record<string, unknown>>): string[] {
  return shown(findingsSchema.parse(line.findings ?? []));
}

function shown(findings: z.output<typeof findingsSchema>): string[] {
  return findings.map(({ severity, rule }) => `${severity} ${rule}`).sort();
}
