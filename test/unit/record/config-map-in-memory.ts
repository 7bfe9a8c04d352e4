import type { KubeClient, KubeObject } from '../../../shared/kube/client.ts';
import { KubeError, type KubeErrorCode } from '../../../shared/kube/errors.ts';
import { decodeRecord, encodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import type { ZoneRecord } from '../../../shared/record/zone-record.ts';

type Verb = 'get' | 'create' | 'replace';

/** One ConfigMap, as the API server keeps it: with resourceVersions, their guard, and what can come in between. */
export class ConfigMapInMemory implements Pick<KubeClient, Verb> {
  /** Every call that arrived, in order. */
  readonly calls: Verb[] = [];
  #stored: KubeObject | undefined;
  #version = 0;
  #refusal: ((what: string) => KubeError) | undefined;
  readonly #before: { readonly verb: Verb; act(): void }[] = [];

  /** Once, when the next call of this verb arrives and before it is answered: change what is stored, or throw. */
  beforeNext(verb: Verb, act: () => void): void {
    this.#before.push({ verb, act });
  }

  /** Refuses what is too long, as the API server does: by the bytes of all values, and of all annotations. */
  refuseTooLong(refusal: (what: string) => KubeError = asInvalid): void {
    this.#refusal = refusal;
  }

  failNext(verb: Verb, code: KubeErrorCode): void {
    this.beforeNext(verb, () => {
      throw new KubeError(code, `${verb}: injected`);
    });
  }

  /** Writes as somebody else would. */
  put(object: KubeObject): void {
    this.#version += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    this.#stored = structuredClone({ ...object, metadata });
  }

  /** Writes a record as somebody else would. */
  putRecord(record: ZoneRecord): void {
    const { annotations, data } = encodeRecord(record);
    this.put({
      metadata: { name: RECORD_NAME, namespace: 'zonewarden', annotations: { ...annotations } },
      data,
    });
  }

  /** Deletes as somebody else would. */
  remove(): void {
    this.#stored = undefined;
  }

  get stored(): KubeObject | undefined {
    return structuredClone(this.#stored);
  }

  /** What is stored, as a record. */
  get record(): ZoneRecord | undefined {
    const stored = this.#stored;
    return stored && decodeRecord({ annotations: stored.metadata.annotations, data: stored.data }).record;
  }

  async get(): Promise<KubeObject> {
    await this.#arrive('get');
    if (this.#stored === undefined) throw new KubeError('kube.not-found', 'get');
    return structuredClone(this.#stored);
  }

  async create(_type: unknown, object: KubeObject): Promise<KubeObject> {
    await this.#arrive('create');
    if (this.#stored !== undefined) throw new KubeError('kube.already-exists', 'create');
    this.put(object);
    return structuredClone(object);
  }

  async replace(_type: unknown, object: KubeObject): Promise<KubeObject> {
    await this.#arrive('replace');
    if (this.#stored === undefined) throw new KubeError('kube.not-found', 'replace');
    if (this.#stored.metadata.resourceVersion !== object.metadata.resourceVersion) {
      throw new KubeError('kube.conflict', 'replace');
    }
    const tooLong = this.#refusal && tooLongIn(object);
    if (tooLong !== undefined) throw this.#refusal?.(tooLong);
    this.put(object);
    return structuredClone(object);
  }

  async #arrive(verb: Verb): Promise<void> {
    this.calls.push(verb);
    // An answer takes a turn of the event loop, so that other callers come in between.
    await new Promise((resolve) => setImmediate(resolve));
    const index = this.#before.findIndex((one) => one.verb === verb);
    if (index >= 0) this.#before.splice(index, 1)[0]?.act();
  }
}

/** apimachinery, TotalAnnotationSizeLimitB; core validation, MaxSecretSize. */
const MOST_ANNOTATION_BYTES = 256 * 1024;
const MOST_DATA_BYTES = 1024 * 1024;

function tooLongIn({ metadata, data }: KubeObject): string | undefined {
  const bytes = (texts: readonly unknown[]) =>
    texts.reduce<number>((sum, text) => sum + Buffer.byteLength(String(text)), 0);
  if (bytes(Object.entries(metadata.annotations ?? {}).flat()) > MOST_ANNOTATION_BYTES)
    return `metadata.annotations: Too long: may not be more than ${MOST_ANNOTATION_BYTES} bytes`;
  return bytes(Object.values(data ?? {})) > MOST_DATA_BYTES
    ? `[]: Too long: may not be more than ${MOST_DATA_BYTES} bytes`
    : undefined;
}

function asInvalid(what: string): KubeError {
  return new KubeError('kube.invalid', `replace: the server answered 422 Invalid: ${what}`, { status: 422 });
}
