import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { SourceMember, SourceNode } from './source-position.ts';

/**
 * A node of the `yaml` package with its place. What is in it is looked at when it is asked for: an alias is what it stands
 * for, and aliases of aliases could stand for more than there is room for.
 */
export class PackageNode implements SourceNode {
  readonly start: number;
  readonly #node: Node;
  readonly #document: Document;
  readonly #base: number;

  /** @param base what offsets of the document count from */
  constructor(node: Node, document: Document, base: number) {
    this.start = base + (node.range?.[0] ?? 0);
    this.#node = node;
    this.#document = document;
    this.#base = base;
  }

  get members(): readonly SourceMember[] | undefined {
    const node = this.#resolved();
    if (!isMap<Node, Node>(node)) return undefined;
    return node.items.map(({ key, value }) => ({
      name: isScalar(key) ? String(key.value) : '',
      start: this.#base + (key.range?.[0] ?? 0),
      node: value === null ? undefined : this.#inside(value),
    }));
  }

  get items(): readonly SourceNode[] | undefined {
    const node = this.#resolved();
    return isSeq<Node>(node) ? node.items.map((item) => this.#inside(item)) : undefined;
  }

  #resolved(): Node | undefined {
    return isAlias(this.#node) ? this.#node.resolve(this.#document) : this.#node;
  }

  #inside(node: Node): PackageNode {
    return new PackageNode(node, this.#document, this.#base);
  }
}
