import { z } from 'zod';
import type { InputError } from './input-error.ts';
import type { InputText } from './input-texts.ts';
import { LineIndex, offsetOf, type Position, type SourceNode } from './source-position.ts';
import { yamlDocuments } from './yaml-documents.ts';

/** An object of a manifest, with where each of its parts stands. */
export interface ManifestObject {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** `metadata.name`, else `metadata.generateName`; empty where there is neither. */
  readonly name: string;
  /** As plain JSON. */
  readonly value: unknown;
  /** Where a path of the object stands, or the nearest of its ancestors that is there; without one, the object. */
  positionOf(path?: string): Position;
}

export interface SourceObjects {
  readonly objects: readonly ManifestObject[];
  readonly errors: readonly InputError[];
}

const headSchema = z.object({
  apiVersion: z.string().catch(''),
  kind: z.string().catch(''),
  metadata: z
    .object({ name: z.string().catch(''), generateName: z.string().catch('') })
    .catch({ name: '', generateName: '' }),
});

/**
 * The objects of a YAML or JSON text: of each of its documents, and of each list in them (`kind: List`, as `kubectl get`
 * prints it, or `NodePoolList`). A document that is no YAML is an error with its line, and the others are read.
 */
export function sourceObjects({ name: file, text }: InputText): SourceObjects {
  const lines = new LineIndex(text);
  const objects: ManifestObject[] = [];
  const errors: InputError[] = [];
  for (const read of yamlDocuments(text)) {
    if ('message' in read) {
      const { offset, message } = read;
      errors.push({ file, ...(offset === undefined ? {} : lines.at(offset)), message });
    } else if (read.value !== null) {
      objects.push(...objectsIn(read.node, read.value, { file, lines }));
    }
  }
  return { objects, errors };
}

interface Source {
  readonly file: string;
  readonly lines: LineIndex;
}

function objectsIn(node: SourceNode, value: unknown, source: Source): ManifestObject[] {
  const head = headSchema.safeParse(value).data;
  if (head === undefined || node.members === undefined) return [unknownObject(node, value, source)];
  const items = isListKind(head.kind) ? itemsOf(node, value) : undefined;
  if (items === undefined) return [objectOf(node, value, head, source)];
  return items.map(([item, itemValue]) => {
    const own = headSchema.safeParse(itemValue).data;
    if (own === undefined) return unknownObject(item, itemValue, source);
    // In a list of one kind, its objects need not say what they are.
    const inherited = { apiVersion: head.apiVersion, kind: head.kind.slice(0, -'List'.length) };
    return objectOf(item, itemValue, own.kind === '' ? { ...own, ...inherited } : own, source);
  });
}

function isListKind(kind: string): boolean {
  return kind.endsWith('List');
}

function itemsOf(node: SourceNode, value: unknown): (readonly [SourceNode, unknown])[] | undefined {
  const values = z.object({ items: z.array(z.unknown()) }).safeParse(value).data?.items;
  const list = node.members?.find(({ name }) => name === 'items')?.node?.items;
  if (values === undefined || list === undefined) return undefined;
  return list.map((item, place) => [item, values[place]]);
}

function objectOf(
  node: SourceNode,
  value: unknown,
  head: z.output<typeof headSchema>,
  source: Source,
): ManifestObject {
  const { file, lines } = source;
  return {
    file,
    apiVersion: head.apiVersion,
    kind: head.kind,
    name: head.metadata.name === '' ? head.metadata.generateName : head.metadata.name,
    value,
    positionOf: (path = '') => lines.at(offsetOf(node, path)),
  };
}

function unknownObject(node: SourceNode, value: unknown, source: Source): ManifestObject {
  const nothing = { apiVersion: '', kind: '', metadata: { name: '', generateName: '' } };
  return objectOf(node, value, nothing, source);
}
