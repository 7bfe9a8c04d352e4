import { sameJson } from '../json/same-json.ts';
import { type KubeObject, objectKey } from '../kube/object.ts';
import { ObjectBeyondBoundsError } from '../views/object-beyond-bounds-error.ts';
import { HeldRoom } from './held-room.ts';

/** What every view says of its object. */
export interface View {
  readonly name: string;
  /** Only in views of objects that are written with it as a guard. */
  readonly resourceVersion?: string;
}

/** One object, also one that cannot be read: whoever listens has to hear when it is mended, and when it is gone. */
interface Held<V extends View> {
  readonly resourceVersion: string | undefined;
  /** The last one that could be read; `undefined` as long as none could. */
  readonly view: V | undefined;
  readonly isUnreadable: boolean;
}

/** The newest views of all objects of a kind. An object that cannot be read is reported, and stays as it last was. */
export class HeldObjects<V extends View> {
  readonly #read: (object: KubeObject) => V;
  readonly #onUnreadable: (key: string, error: unknown) => void;
  readonly #held = new Map<string, Held<V>>();
  readonly #room: HeldRoom;
  /** Made when it is asked for: who decides about a request asks each time. */
  #views: readonly V[] | undefined;

  /** @param mostBytes what all views may take together, about */
  constructor(
    read: (object: KubeObject) => V,
    onUnreadable: (key: string, error: unknown) => void,
    mostBytes = Number.POSITIVE_INFINITY,
  ) {
    this.#read = read;
    this.#onUnreadable = onUnreadable;
    this.#room = new HeldRoom(mostBytes);
  }

  get(key: string): V | undefined {
    return this.#held.get(key)?.view;
  }

  views(): readonly V[] {
    this.#views ??= [...this.#held.values()].flatMap(({ view }) => view ?? []);
    return this.#views;
  }

  unreadable(): readonly string[] {
    return [...this.#held].flatMap(([key, { isUnreadable }]) => (isUnreadable ? [key] : []));
  }

  /**
   * Takes the newest state of an object. The view that is held stays where nothing in it is different: whoever remembers
   * something of it may go on.
   * @returns whether there is a difference to look at, which the resourceVersion is not
   */
  put(object: KubeObject): boolean {
    const key = objectKey(object.metadata);
    const { resourceVersion } = object.metadata;
    const held = this.#held.get(key);
    if (held !== undefined && resourceVersion !== undefined && held.resourceVersion === resourceVersion)
      return false;
    const newest = this.#readOr(held?.view, key, object);
    this.#held.set(key, { resourceVersion, ...newest });
    if (newest.view !== held?.view) {
      this.#views = undefined;
      this.#room.take(key, newest.view);
    }
    const others = this.#makeRoom(object.kind ?? 'object', key);
    const now = this.#held.get(key);
    return (
      others || now?.isUnreadable !== (held?.isUnreadable ?? false) || !isSameState(held?.view, now?.view)
    );
  }

  /** Lets go of the largest views where all of them are too much. @returns whether others than this one were among them */
  #makeRoom(kind: string, written: string): boolean {
    let others = false;
    for (let key = this.#room.tooMuch(); key !== undefined; key = this.#room.tooMuch()) {
      this.#room.free(key);
      this.#views = undefined;
      // Without a version, so that the next list looks whether there is room again.
      this.#held.set(key, { resourceVersion: undefined, view: undefined, isUnreadable: true });
      this.#onUnreadable(key, new ObjectBeyondBoundsError(kind, key, NO_ROOM));
      others ||= key !== written;
    }
    return others;
  }

  /** @returns whether it was held */
  remove(key: string): boolean {
    this.#views = undefined;
    this.#room.free(key);
    return this.#held.delete(key);
  }

  /** Removes what a whole list did not have: it was deleted while nobody was listening. */
  keepOnly(present: ReadonlySet<string>): void {
    for (const key of this.#held.keys()) if (!present.has(key)) this.remove(key);
  }

  #readOr(view: V | undefined, key: string, object: KubeObject): Pick<Held<V>, 'view' | 'isUnreadable'> {
    try {
      const read = this.#read(object);
      return { view: view !== undefined && sameJson(view, read) ? view : read, isUnreadable: false };
    } catch (error) {
      this.#onUnreadable(key, error);
      return { view, isUnreadable: true };
    }
  }
}

const NO_ROOM = 'all of its kind together are more than there is memory for, and it is the largest';

/** Whether two views differ in their resourceVersion at the most; a view that is another differs in something. */
function isSameState(left: View | undefined, right: View | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || left.resourceVersion === right.resourceVersion)
    return false;
  const { resourceVersion: _left, ...before } = left;
  const { resourceVersion: _right, ...after } = right;
  return sameJson(before, after);
}
