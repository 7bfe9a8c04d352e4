import type { KubeClient } from '../../shared/kube/client.ts';
import { createListWatch, type ListWatchProblem } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';
import type { ImpairedRecord } from '../../shared/zones/impaired-record.ts';
import { decodeRecord, RECORD_NAME } from '../../shared/zones/record-document.ts';

export interface RecordWatch {
  start(): void;
  stop(): Promise<void>;
  /** The last good record; `undefined` while none was seen. */
  current(): ImpairedRecord | undefined;
}

/** Watches the record that this and other replicas write. */
export function createRecordWatch(options: {
  readonly client: KubeClient;
  readonly namespace: string;
  onRecord(record: ImpairedRecord): void;
  /** Somebody deleted it. Called again until it succeeds. */
  onDeleted(): Promise<void>;
  onProblem(kind: ListWatchProblem['kind'], error: unknown): void;
}): RecordWatch {
  let lastGood: ImpairedRecord | undefined;
  const watch = createListWatch({
    client: options.client,
    type: resources.configMaps,
    query: { namespace: options.namespace, fieldSelector: `metadata.name=${RECORD_NAME}` },
    parse: (object) => decodeRecord({ annotations: object.metadata.annotations, data: object.data }),
    handlers: {
      onSet(record) {
        lastGood = record;
        options.onRecord(record);
      },
      onDelete: () => options.onDeleted(),
    },
    onProblem: ({ kind, error }) => options.onProblem(kind, error),
  });
  return { start: () => watch.start(), stop: () => watch.stop(), current: () => lastGood };
}
