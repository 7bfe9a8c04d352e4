import { messageOf, ZonewardenError } from '../errors/zonewarden-error.ts';
import { RECORD_NAME } from '../record/record-document.ts';

/** The API server finds the ConfigMap too long, and it is not the record that makes it so. */
export class RecordFullError extends ZonewardenError {
  constructor(cause: unknown) {
    super(
      'record.full',
      `ConfigMap ${RECORD_NAME}: the record was not written, because others have filled the object: with next to ` +
        `nothing of the record in it the API server still finds it too long (${messageOf(cause).slice(0, 500)}). Take ` +
        `out of it what is no zone ID and no annotation zonewarden.io/…: kubectl -n zonewarden edit configmap ${RECORD_NAME}`,
      { cause },
    );
  }
}
