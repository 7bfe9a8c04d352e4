import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { isConflict, isNotFound, orAbsent } from '../../shared/kube/errors.ts';
import type { KubeObject } from '../../shared/kube/object.ts';
import type { ResourceType } from '../../shared/kube/resource.ts';
import type { Session } from '../session/session.ts';

/** So many are written side by side. */
const CONCURRENCY = 8;
/** How often an object is looked at again that somebody else wrote in between. */
const TRIES = 5;

/** What became of one object: the line that tells it, or why nothing did; `undefined` where there was nothing to do. */
export type Ended = { readonly done: string } | { readonly failed: string } | undefined;

/** Writes one object; a `kube.conflict` that it throws means: look at it again. */
export type Write = (session: Session, object: KubeObject) => Promise<Ended>;

/** Writes every object that has one of the annotations, and tells in the order of the list. @throws KubeError where they cannot be listed */
export async function eachMarked(
  session: Session,
  type: ResourceType,
  annotations: readonly string[],
  write: Write,
): Promise<NonNullable<Ended>[]> {
  const list = await orAbsent(session.client.listAll(type, {}, { signal: session.signal }));
  // Without Karpenter's CRDs there are no NodePools.
  const marked = (list?.items ?? []).filter(({ metadata }) =>
    annotations.some((name) => metadata.annotations?.[name] !== undefined),
  );
  const waiting = [...marked.entries()];
  const ended: Ended[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, object] = next;
      ended[index] = await untilEnded(session, type, object, write);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return ended.flatMap((each) => each ?? []);
}

async function untilEnded(
  session: Session,
  type: ResourceType,
  first: KubeObject,
  write: Write,
): Promise<Ended> {
  const { name = '' } = first.metadata;
  const failed = (why: string) => ({ failed: `${type.kind} ${name}: ${why}` });
  let object = first;
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      if (tries > 0) object = await session.client.get(type, { name }, { signal: session.signal });
      return await write(session, object);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isConflict(error)) return failed(messageOf(error));
    }
  }
  return failed(`others wrote it ${TRIES} times in between`);
}
