import type { KubeClient } from '../../shared/kube/client.ts';
import {
  createListWatch,
  type ListWatchProblem,
  type ListWatchTuning,
} from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';
import { effectiveAt, type ImpairedRecord } from '../../shared/zones/impaired-record.ts';
import type { ImpairedSet } from '../../shared/zones/impaired-set.ts';
import { decodeRecord, RECORD_NAME } from '../../shared/zones/record-document.ts';

export interface ImpairedZones {
  start(): void;
  stop(): Promise<void>;
  /**
   * The set in force now, or `undefined` while the record has never been read: unknown is not none, and nobody may
   * decide by it.
   */
  current(): ImpairedSet | undefined;
  /** Why the set is not known, in words; `undefined` when it is. */
  problem(): string | undefined;
}

/**
 * Keeps the last good record of impaired zones in memory. A record that is deleted or edited into something
 * unreadable changes nothing here: zones do not recover because a ConfigMap is gone.
 */
export function createImpairedZones(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  now(): number;
  onRecord(set: ImpairedSet): void;
  onProblem(problem: ListWatchProblem | { readonly kind: 'record-deleted' }): void;
  readonly tuning?: ListWatchTuning;
}): ImpairedZones {
  let lastGood: ImpairedRecord | undefined;
  const watch = createListWatch({
    client: options.client,
    type: resources.configMaps,
    query: { namespace: options.namespace, fieldSelector: `metadata.name=${RECORD_NAME}` },
    parse: (object) => decodeRecord({ annotations: object.metadata.annotations, data: object.data }),
    handlers: {
      onSet(record) {
        lastGood = record;
        options.onRecord(effectiveAt(record, options.now()));
      },
      onDelete() {
        options.onProblem({ kind: 'record-deleted' });
      },
    },
    onProblem: options.onProblem,
    tuning: options.tuning,
  });
  return {
    start: () => watch.start(),
    stop: () => watch.stop(),
    current: () => (lastGood === undefined ? undefined : effectiveAt(lastGood, options.now())),
    problem() {
      if (lastGood !== undefined) return undefined;
      return watch.synced
        ? `ConfigMap ${options.namespace}/${RECORD_NAME} does not exist or cannot be read; the watcher writes it at its start`
        : `ConfigMap ${options.namespace}/${RECORD_NAME} has not been read yet`;
    },
  };
}
