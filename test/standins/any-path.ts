import { readPath } from '../../webhook/admission-path/path-text.ts';
import type { AdmissionHandlerOptions } from '../../webhook/server/admission-handler.ts';

/** Takes everybody for the API server: for tests that are not about who asks. */
export const ANY_PATH: AdmissionHandlerOptions['paths'] = {
  stepOf: (path) => readPath(path)?.step,
  stepAfterLook: () => Promise.resolve(undefined),
  failed: () => undefined,
};
