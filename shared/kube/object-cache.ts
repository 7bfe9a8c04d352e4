import { type KubeObject, objectKey } from './object.ts';

/** A parsed object; compared by identity, so that two equal states of an object are still two. */
export interface Form<T> {
  readonly value: T;
}

interface Entry<T> {
  resourceVersion: string | undefined;
  /** The last form that could be parsed; undefined as long as none could. */
  form: Form<T> | undefined;
}

/**
 * The newest known state of every object of a list/watch, in the form that the owner wants to keep. An object that
 * cannot be parsed is reported, and stays as it was when it last could.
 */
export class ObjectCache<T> {
  readonly #parse: (object: KubeObject) => T;
  readonly #onUnparsable: (key: string, error: unknown) => void;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(parse: (object: KubeObject) => T, onUnparsable: (key: string, error: unknown) => void) {
    this.#parse = parse;
    this.#onUnparsable = onUnparsable;
  }

  formOf(key: string): Form<T> | undefined {
    return this.#entries.get(key)?.form;
  }

  values(): T[] {
    const values: T[] = [];
    for (const { form } of this.#entries.values()) if (form !== undefined) values.push(form.value);
    return values;
  }

  /** Takes the state of one object. Returns its key if that is news, undefined if it was known or cannot be parsed. */
  put(object: KubeObject): string | undefined {
    const key = objectKey(object.metadata);
    const { resourceVersion } = object.metadata;
    const known = this.#entries.get(key);
    if (known !== undefined && known.resourceVersion === resourceVersion && resourceVersion !== undefined) {
      return undefined;
    }
    const form = this.#parsed(key, object);
    this.#entries.set(key, { resourceVersion, form: form ?? known?.form });
    return form === undefined ? undefined : key;
  }

  /** Forgets one object and returns its last form, where there was one. */
  remove(key: string): Form<T> | undefined {
    const form = this.formOf(key);
    this.#entries.delete(key);
    return form;
  }

  /** The keys of what is here and not in `present`: what was deleted while nobody was listening. */
  missingFrom(present: ReadonlySet<string>): string[] {
    return [...this.#entries.keys()].filter((key) => !present.has(key));
  }

  #parsed(key: string, object: KubeObject): Form<T> | undefined {
    try {
      return { value: this.#parse(object) };
    } catch (error) {
      this.#onUnparsable(key, error);
      return undefined;
    }
  }
}
