import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import { resources } from '../../shared/kube/resource.ts';
import {
  type DecodedRecord,
  decodeRecord,
  isNeeded,
  RECORD_NAME,
} from '../../shared/record/record-document.ts';
import type { ZoneRecord } from '../../shared/record/zone-record.ts';
import { createRecordStore, type RecordStoreOptions } from '../../shared/stores/record-store.ts';
import { COMMAND_MS, type Session } from '../session/session.ts';
import { ShiftError } from './shift-error.ts';

/** Who cancelled the last shift that was cancelled by hand, and why: the record itself has no place for what is over. */
export const CANCELLED_ANNOTATION = 'zonewarden.io/last-cancelled-shift';

/** The part of a session that the record is read and written with. */
type RecordSession = Pick<Session, 'namespace' | 'signal'> & {
  readonly client: Pick<KubeClient, 'get' | 'replace'>;
};

/**
 * Reads the record. Parts that can't be read are told, not guessed.
 * @throws ShiftError `shift.no-record`
 * @throws RecordUnreadableError where not even the generation can be read
 * @throws KubeError
 */
export async function readRecord(session: RecordSession): Promise<DecodedRecord> {
  return decoded(await getRecord(session));
}

/**
 * Changes the record in one guarded write, again when somebody was faster. Unlike the watcher, this process has never
 * seen a good record that it could mend a bad one by, and none that it could write anew: it refuses both. A history that
 * cannot be read keeps nobody from a shift; it begins anew.
 *
 * @param change what the record becomes; what it throws ends the whole
 * @param annotations to be written beside the record
 * @throws ShiftError `shift.no-record`, `shift.not-written` when the time is over
 * @throws RecordUnreadableError
 * @throws KubeError
 */
export async function changeRecord(
  session: RecordSession,
  change: (record: ZoneRecord) => ZoneRecord,
  annotations: () => Readonly<Record<string, string>> = () => ({}),
): Promise<ZoneRecord> {
  let conflicts = 0;
  const store = createRecordStore({
    client: readableOnly(session, annotations),
    namespace: session.namespace,
    fieldManager: 'zonewarden-cli',
    highestMark: async () => 0,
    onConflict: () => {
      conflicts += 1;
    },
  });
  try {
    return await store.update(change, session.signal);
  } catch (error) {
    if (!session.signal.aborted) throw error;
    throw new ShiftError(
      'shift.not-written',
      `the record was not written within ${COMMAND_MS / 1000} s (others were faster ${conflicts} times); ` +
        'look with `zonewarden shift list` whether the change stands, and repeat it if not.',
      { cause: error },
    );
  }
}

function readableOnly(
  session: RecordSession,
  annotations: () => Readonly<Record<string, string>>,
): RecordStoreOptions['client'] {
  return {
    async get() {
      const object = await getRecord(session);
      const part = decoded(object).unreadable.find(isNeeded);
      if (part !== undefined) throw part.error;
      return object;
    },
    create() {
      throw noRecord(session);
    },
    replace(type, object, options) {
      const metadata = {
        ...object.metadata,
        annotations: { ...object.metadata.annotations, ...annotations() },
      };
      return session.client.replace(type, { ...object, metadata }, options);
    },
  };
}

async function getRecord(session: RecordSession): Promise<KubeObject> {
  const { client, namespace, signal } = session;
  try {
    return await client.get(resources.configMaps, { namespace, name: RECORD_NAME }, { signal });
  } catch (error) {
    if (isNotFound(error)) throw noRecord(session, error);
    throw error;
  }
}

function decoded(object: KubeObject): DecodedRecord {
  return decodeRecord({ annotations: object.metadata.annotations, data: object.data });
}

function noRecord({ namespace }: RecordSession, cause?: unknown): ShiftError {
  return new ShiftError(
    'shift.no-record',
    `there is no ConfigMap ${RECORD_NAME} in namespace ${namespace}, and the watcher is the one who makes it: look ` +
      `whether it runs (kubectl -n ${namespace} get pods, kubectl -n ${namespace} logs deploy/zonewarden -c watcher), ` +
      'or name the namespace that it runs in with -n.',
    cause === undefined ? {} : { cause },
  );
}
