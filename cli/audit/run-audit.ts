import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { LONGEST_LINE, readAuditLine } from '../../shared/audit/log-schema/audit-line.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { type Output, visible } from '../output/output.ts';
import type { AuditOptions } from './audit-options.ts';
import { AUDIT_HEADER, auditRow } from './audit-table.ts';
import { fits } from './fits.ts';
import { logLines } from './log-lines.ts';

export interface AuditContext {
  readonly output: Output;
  readonly stdin: () => Readable & { readonly isTTY?: boolean };
  /** Resolves when what was written so far has left the process: rows must not pile up in front of a slow reader. */
  readonly written: () => Promise<void>;
}

interface Counts {
  /** Lines of the stream, and those of them that fit. */
  audit: number;
  shown: number;
  /** Lines that are none, and lines of the stream that are not as it has to be. */
  other: number;
  unreadable: number;
}

/**
 * `zonewarden audit`: shows the lines that fit, in the order in which they come, as they come. Resolves with the exit
 * status: 0 all was read, also where nothing fits; 2 something could not be read.
 */
export async function runAudit(
  paths: readonly string[],
  options: AuditOptions,
  context: AuditContext,
): Promise<number> {
  const { output, stdin } = context;
  if (paths.length === 0 && stdin().isTTY === true) {
    output.fail('Name files of the log, or pipe it in: kubectl -n zonewarden logs … | zonewarden audit');
    return 2;
  }
  const counts: Counts = { audit: 0, shown: 0, other: 0, unreadable: 0 };
  if (options.output === 'table') output.say(AUDIT_HEADER);
  let status = 0;
  for (const path of paths.length === 0 ? ['-'] : paths) {
    try {
      await showFitting(path === '-' ? stdin() : createReadStream(path), options, context, counts);
    } catch (error) {
      output.fail(`${path === '-' ? 'Standard input' : path} cannot be read: ${messageOf(error)}`);
      status = 2;
    }
  }
  output.write('error', `${summary(counts)}\n`);
  return status;
}

async function showFitting(
  stream: AsyncIterable<Buffer | string>,
  options: AuditOptions,
  { output, written }: AuditContext,
  counts: Counts,
): Promise<void> {
  for await (const text of logLines(stream, LONGEST_LINE)) {
    const reading = text === undefined ? ({ is: 'other' } as const) : readAuditLine(text);
    if (reading.is !== 'line') {
      // An empty line is nothing that anybody would look for.
      if (text !== '') counts[reading.is] += 1;
      continue;
    }
    counts.audit += 1;
    if (!fits(reading.line, options)) continue;
    counts.shown += 1;
    output.say(options.output === 'json' ? JSON.stringify(reading.line) : auditRow(reading.line));
    await written();
  }
}

function summary({ audit, shown, other, unreadable }: Counts): string {
  const skipped = other === 0 ? '' : `; ${other} other ${lines(other)} skipped`;
  const bad =
    unreadable === 0
      ? ''
      : `; ${unreadable} ${lines(unreadable)} of the audit stream not as docs/schemas/audit-line.schema.json says`;
  return visible(`${shown} of ${audit} audit ${lines(audit)}${skipped}${bad}`);
}

function lines(count: number): string {
  return count === 1 ? 'line' : 'lines';
}
