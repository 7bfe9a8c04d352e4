import type { NamedZone } from '../../shared/catalog/matches.ts';
import type { Orders } from '../../shared/record/orders.ts';
import { effectiveAt } from '../../shared/record/zone-record.ts';
import { CheckError } from '../input/check-error.ts';
import type { Output } from '../output/output.ts';
import { runInSession } from '../session/session.ts';
import { readRecord } from '../shift/stored-record.ts';
import { zoneRef } from '../zones/match-zone.ts';
import { missingName, readImpaired } from '../zones/named-zones.ts';
import type { DiffOptions } from './diff-options.ts';

/** The kind of the source that stands for `--impaired`. */
const OPTION_SOURCE = 'option';

/**
 * The zones of `--impaired`, as a record would have them. The generation, which stands in our annotation, is 0: no record
 * has it.
 * @throws CheckError `check.usage` for a zone without an ID: nothing in a cluster is impaired by name alone
 */
export function impairedByOption(
  texts: readonly string[],
  known: readonly NamedZone[],
  { output, nowMs }: { readonly output: Output; readonly nowMs: number },
): Orders {
  const zones = readImpaired(texts, known).map((zone) => {
    const missing = missingName(zone);
    if (zone.id === '') throw new CheckError('check.usage', missing ?? '');
    if (missing !== undefined) output.warn(missing);
    const since = new Date(nowMs).toISOString();
    const sources = [{ id: OPTION_SOURCE, kind: OPTION_SOURCE, since }];
    return { ...zoneRef(zone.id, zone.name), state: 'impaired' as const, sources };
  });
  return { generation: 0, zones: zones.sort((left, right) => (left.id < right.id ? -1 : 1)) };
}

/** The zones that are impaired in the cluster now; `undefined` where that cannot be read, which was told then. */
export async function impairedInCluster(
  options: DiffOptions,
  { output, nowMs }: { readonly output: Output; readonly nowMs: number },
): Promise<Orders | undefined> {
  let set: Orders | undefined;
  await runInSession(options, output, async (session) => {
    const { record, unreadable } = await readRecord(session);
    for (const { error } of unreadable) output.warn(error.message);
    set = effectiveAt(record, nowMs);
  });
  return set;
}
