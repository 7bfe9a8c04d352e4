import type { KubeClient } from '../../shared/kube/client.ts';
import { OpeningDelay } from '../../shared/record/opening-delay.ts';
import type { Orders } from '../../shared/record/orders.ts';
import { RECORD_NAME } from '../../shared/record/record-document.ts';
import { shadowAt } from '../../shared/record/shadow-set.ts';
import { effectiveAt, type ZoneRecord } from '../../shared/record/zone-record.ts';
import { createRecordWatch } from '../../shared/stores/record-watch.ts';
import type { StoreProblem } from '../../shared/stores/store-problem.ts';

/**
 * What the webhook decides by: the record as last read, less what has expired since. A zone that is back is given back
 * when the policy fallback has it no more.
 */
export function createImpairedZones(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  now(): number;
  onRecord(set: Orders): void;
  onProblem(kind: StoreProblem['kind'] | 'deleted', error?: unknown): void;
}) {
  const opening = new OpeningDelay();
  let inForce: ZoneRecord | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    clearTimeout(timer);
    const record = watch.current();
    if (record === undefined) return;
    const seen = opening.see(record, { nowMs: options.now(), elapsedMs: performance.now() });
    if (Number.isFinite(seen.changesInMs)) timer = setTimeout(look, Math.ceil(seen.changesInMs));
    if (seen.inForce === inForce) return;
    inForce = seen.inForce;
    options.onRecord(effectiveAt(inForce, options.now()));
  };
  const watch = createRecordWatch({
    client: options.client,
    namespace: options.namespace,
    onUnreadable: (parts) => {
      for (const { error } of parts) options.onProblem('parse', error);
    },
    onDeleted: () => options.onProblem('deleted'),
    onProblem: options.onProblem,
  });
  watch.listen(look);
  const configMap = `ConfigMap ${options.namespace}/${RECORD_NAME}`;
  return {
    start: () => watch.start(),
    async stop() {
      await watch.stop();
      clearTimeout(timer);
    },
    /**
     * The set in force now, or `undefined` while the record has never been read: unknown is not none, and nobody may
     * decide by it.
     */
    current(): Orders | undefined {
      return inForce === undefined ? undefined : effectiveAt(inForce, options.now());
    },
    /** The set that would be in force if what the rules only record counted; `undefined` while nothing is recorded. */
    shadow(): Orders | undefined {
      return inForce === undefined ? undefined : shadowAt(inForce, options.now());
    },
    /** The zones that the cluster uses, ID to name; `undefined` while nobody knows. */
    used: () => inForce?.used,
    /** When the API server was last heard of, in ms since the epoch: the record may be as old as that. */
    lastHeardMs: () => watch.lastHeardMs,
    /** Why the set is not known, in words; `undefined` when it is. */
    problem(): string | undefined {
      if (inForce !== undefined) return undefined;
      if (!watch.synced) return `${configMap} has not been read yet`;
      return `${configMap} does not exist or cannot be read; the watcher writes it when it starts`;
    },
  };
}
