import type { KubeClient, KubeObject, KubePatch } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { OrderedZone, Orders } from '../../../shared/record/orders.ts';
import type { NodeAction, NodeWrite } from '../../../shared/stores/write-node.ts';
import { writeNode } from '../../../shared/stores/write-node.ts';
import { CORDONED_ANNOTATION, type NodeView, readNode } from '../../../shared/views/node.ts';

export const AZ1 = { id: 'use1-az1', name: 'us-east-1a' };
export const AZ2 = { id: 'use1-az2', name: 'us-east-1d' };

const source = { id: 'autoshift/region', kind: 'autoshift', since: '2026-11-21T04:00:00Z' };

export function zone(
  state: OrderedZone['state'],
  at: { readonly id: string; readonly name?: string } = AZ1,
): OrderedZone {
  return { ...at, state, sources: state === 'impaired' ? [source] : [] };
}

export function setOf(generation: number, ...zones: OrderedZone[]): Orders {
  return { generation, zones };
}

/** A Node as the API server gives it; in zone AZ1 by both labels unless others are given. */
export function nodeObject(
  name: string,
  given: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly unschedulable?: boolean;
    readonly mark?: string;
    readonly manager?: string;
    readonly deleting?: boolean;
    /** Annotations, and who owns each in managedFields. */
    readonly annotations?: Readonly<Record<string, Annotation>>;
  } = {},
): KubeObject {
  const labels = given.labels ?? {
    'topology.k8s.aws/zone-id': AZ1.id,
    'topology.kubernetes.io/zone': AZ1.name,
  };
  const fields = { 'f:spec': { 'f:unschedulable': {} } };
  const annotations = Object.entries(given.annotations ?? {});
  return {
    metadata: {
      name,
      resourceVersion: '1',
      labels: { ...labels },
      annotations: {
        ...Object.fromEntries(annotations.map(([key, { value }]) => [key, value])),
        ...(given.mark === undefined ? {} : { [CORDONED_ANNOTATION]: given.mark }),
      },
      managedFields: [
        ...(given.manager === undefined ? [] : [entryOf(given.manager, fields)]),
        ...annotations.map(([key, { manager }]) =>
          entryOf(manager, { 'f:metadata': { 'f:annotations': { [`f:${key}`]: {} } } }),
        ),
      ],
      ...(given.deleting ? { deletionTimestamp: '2026-11-21T04:00:00Z' } : {}),
    },
    spec: given.unschedulable === undefined ? {} : { unschedulable: given.unschedulable },
  };
}

interface Annotation {
  readonly value: string;
  readonly manager: string;
}

const entryOf = (manager: string, fieldsV1: object) => ({
  ...{ manager, operation: 'Update', fieldsType: 'FieldsV1', fieldsV1 },
});

export const nodeView = (...args: Parameters<typeof nodeObject>): NodeView => readNode(nodeObject(...args));

interface Stored {
  readonly labels: Readonly<Record<string, string>>;
  revision: number;
  unschedulable: boolean;
  /** Who set it, as managedFields would tell. */
  owner: string | undefined;
  mark: string | undefined;
  annotations: Readonly<Record<string, Annotation>>;
}

/** Nodes behind an API server that guards by resourceVersion and keeps account of who owns `spec.unschedulable` and each annotation. */
export class NodesInMemory implements Pick<KubeClient, 'patch'> {
  readonly #stored = new Map<string, Stored>();
  /** Names of Nodes in the order in which writes of them were asked for. */
  readonly asked: string[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** Comes before a write: may wait, throw, or change something. */
  before: (name: string) => void | Promise<void> = () => undefined;

  join(name: string, labels: Readonly<Record<string, string>>, owner?: string): void {
    const cordoned = owner !== undefined;
    const unmarked = { mark: undefined, annotations: {} };
    this.#stored.set(name, { labels, revision: 1, unschedulable: cordoned, owner, ...unmarked });
  }

  leave(name: string): void {
    this.#stored.delete(name);
  }

  names(): string[] {
    return [...this.#stored.keys()];
  }

  state(name: string): { readonly unschedulable: boolean; readonly mark: string | undefined } {
    const { unschedulable, mark } = this.#at(name);
    return { unschedulable, mark };
  }

  views(): NodeView[] {
    return [...this.#stored].map(([name, { labels, revision, unschedulable, owner, mark, annotations }]) => {
      const object = nodeObject(name, {
        labels,
        unschedulable,
        annotations,
        ...(mark === undefined ? {} : { mark }),
        ...(owner === undefined ? {} : { manager: owner }),
      });
      return readNode({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
    });
  }

  /** `kubectl cordon` and `kubectl uncordon`: nothing is sent for a Node that is so already. */
  kubectl(unschedulable: boolean, name: string): void {
    const node = this.#at(name);
    if (node.unschedulable === unschedulable) return;
    node.unschedulable = unschedulable;
    node.owner = unschedulable ? 'kubectl-cordon' : undefined;
    node.revision += 1;
  }

  /** The annotations of a Node but the mark of the cordon. */
  annotations(name: string): Readonly<Record<string, string>> {
    const entries = Object.entries(this.#at(name).annotations);
    return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  }

  /** `kubectl annotate --overwrite`: nothing is sent for what is so already. `undefined` takes it away. */
  annotate(name: string, key: string, value: string | undefined): void {
    const node = this.#at(name);
    if (node.annotations[key]?.value === value) return;
    node.annotations = withAnnotations(node.annotations, { [key]: value ?? null }, 'kubectl-annotate');
    node.revision += 1;
  }

  /** Anything else that changes a Node, such as its kubelet. */
  touch(name: string): void {
    this.#at(name).revision += 1;
  }

  async patch(
    _type: unknown,
    { name }: { name: string },
    { kind, body }: KubePatch,
    options: { fieldManager?: string | undefined } = {},
  ): Promise<KubeObject> {
    if (kind !== 'merge') throw new Error('this is no merge patch');
    this.asked.push(name);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await this.before(name);
      this.#merge(name, body as PatchBody, options.fieldManager);
      return nodeObject(name);
    } finally {
      this.inFlight -= 1;
    }
  }

  #merge(name: string, { metadata, spec }: PatchBody, manager: string | undefined): void {
    const node = this.#stored.get(name);
    if (node === undefined) throw new KubeError('kube.not-found', `patch ${name}`);
    // Without one, nothing is guarded.
    if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== String(node.revision))
      throw new KubeError('kube.conflict', `patch ${name}`);
    const { [CORDONED_ANNOTATION]: mark, ...others } = metadata.annotations;
    if (mark !== undefined) node.mark = mark ?? undefined;
    node.annotations = withAnnotations(node.annotations, others, manager ?? 'unknown');
    if (spec !== undefined && (spec.unschedulable ?? false) !== node.unschedulable) {
      node.unschedulable = spec.unschedulable ?? false;
      node.owner = node.unschedulable ? manager : undefined;
    }
    node.revision += 1;
  }

  #at(name: string): Stored {
    const node = this.#stored.get(name);
    if (node === undefined) throw new Error(`there is no Node ${name}`);
    return node;
  }
}

/** A value that is the same keeps its owner. */
function withAnnotations(
  before: Readonly<Record<string, Annotation>>,
  changes: Readonly<Record<string, string | null>>,
  manager: string,
): Readonly<Record<string, Annotation>> {
  const after = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) after.delete(key);
    else if (after.get(key)?.value !== value) after.set(key, { value, manager });
  }
  return Object.fromEntries(after);
}

interface PatchBody {
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly annotations: Readonly<Record<string, string | null>>;
  };
  readonly spec?: { readonly unschedulable: boolean | null };
}

/** Does one action as the watcher does it. */
export async function apply(nodes: NodesInMemory, action: NodeAction): Promise<NodeWrite> {
  return (await writeNode(nodes, action, new AbortController().signal)).result;
}
