import type { KubeClient, KubeObject, KubePatch } from '../../../shared/kube/client.ts';
import { KubeError, type KubeErrorCode } from '../../../shared/kube/errors.ts';
import { objectKey } from '../../../shared/kube/object.ts';
import type { ResourceType } from '../../../shared/kube/resource.ts';

type Verb = 'get' | 'create' | 'replace' | 'patch';

/** One call that reached the API, in order. */
export interface RecordedCall {
  verb: Verb;
  kind: string;
  key: string;
}

/** A small API server in memory: names, resource versions and the errors of the four verbs that certificates need. */
export class FakeKubeApi implements Pick<KubeClient, Verb> {
  readonly calls: RecordedCall[] = [];
  private readonly objects = new Map<string, KubeObject>();
  private readonly interruptions: { verb: Verb; act: () => void }[] = [];
  private version = 0;

  /** Once, just before the next call of this verb is answered, `act` runs: it may change objects, or throw. */
  beforeNext(verb: Verb, act: () => void): void {
    this.interruptions.push({ verb, act });
  }

  /** The next call of this verb fails. */
  failNext(verb: Verb, code: KubeErrorCode): void {
    this.beforeNext(verb, () => {
      throw new KubeError(code, `${verb}: injected`);
    });
  }

  /** Stores an object as somebody else would. */
  put(type: ResourceType, object: KubeObject): KubeObject {
    this.version += 1;
    const stored = structuredClone(object);
    stored.metadata.resourceVersion = String(this.version);
    this.objects.set(`${type.plural} ${objectKey(stored.metadata)}`, stored);
    return structuredClone(stored);
  }

  /** Removes an object as somebody else would. */
  remove(type: ResourceType, key: string): void {
    this.objects.delete(`${type.plural} ${key}`);
  }

  /** What is stored, for assertions. */
  stored(type: ResourceType, key: string): KubeObject | undefined {
    return structuredClone(this.objects.get(`${type.plural} ${key}`));
  }

  /** The calls that changed something, or tried to. */
  get writes(): RecordedCall[] {
    return this.calls.filter((call) => call.verb !== 'get');
  }

  async get(type: ResourceType, at: { namespace?: string | undefined; name: string }): Promise<KubeObject> {
    const key = objectKey(
      at.namespace === undefined ? { name: at.name } : { ...at, namespace: at.namespace },
    );
    this.arrive('get', type, key);
    return this.found(type, key);
  }

  async create(type: ResourceType, object: KubeObject): Promise<KubeObject> {
    const key = objectKey(object.metadata);
    this.arrive('create', type, key);
    if (this.stored(type, key) !== undefined) throw new KubeError('kube.already-exists', `create ${key}`);
    return this.put(type, object);
  }

  async replace(type: ResourceType, object: KubeObject): Promise<KubeObject> {
    const key = objectKey(object.metadata);
    this.arrive('replace', type, key);
    return this.guarded(type, key, object);
  }

  async patch(type: ResourceType, at: { name: string }, patch: KubePatch): Promise<KubeObject> {
    this.arrive('patch', type, at.name);
    const changed = this.found(type, at.name);
    for (const operation of patch.body as { op: string; path: string; value: unknown }[]) {
      if (operation.op !== 'add') throw new KubeError('kube.invalid', `${operation.op} is not known here`);
      addAt(changed, operation.path.split('/').slice(1), operation.value);
    }
    return this.guarded(type, at.name, changed);
  }

  private arrive(verb: Verb, type: ResourceType, key: string): void {
    this.calls.push({ verb, kind: type.kind, key });
    const index = this.interruptions.findIndex((one) => one.verb === verb);
    if (index >= 0) this.interruptions.splice(index, 1)[0]?.act();
  }

  private found(type: ResourceType, key: string): KubeObject {
    const object = this.stored(type, key);
    if (object === undefined) throw new KubeError('kube.not-found', `${type.kind} ${key}`);
    return object;
  }

  private guarded(type: ResourceType, key: string, object: KubeObject): KubeObject {
    const stored = this.found(type, key);
    if (stored.metadata.resourceVersion !== object.metadata.resourceVersion) {
      throw new KubeError('kube.conflict', `${type.kind} ${key}`);
    }
    return this.put(type, object);
  }
}

function addAt(target: unknown, path: string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (typeof target !== 'object' || target === null) throw new KubeError('kube.invalid', `no ${head} here`);
  if (rest.length > 0) addAt(Reflect.get(target, head), rest, value);
  else Reflect.set(target, head, value);
}
