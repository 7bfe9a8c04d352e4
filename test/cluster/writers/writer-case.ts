import type { KubeClient } from '../../../shared/kube/client.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import type { KubectlOptions, KubectlResult } from '../../control-plane/kubectl.ts';

/** What a family of writers has at hand. */
export interface Tools {
  readonly client: KubeClient;
  /** A folder of the test's own, for editors and manifests. */
  readonly folder: string;
  /** kubectl as admin; a failure is returned, not thrown. */
  kubectl(args: readonly string[], options?: Pick<KubectlOptions, 'input' | 'env'>): Promise<KubectlResult>;
  /** The NodePool as it is stored. */
  live(name: string): Promise<KubeObject>;
}

/** What came of a write. */
export interface Attempt {
  /** Why it was refused, in a word or two. */
  readonly refused?: string;
  /** What the server answered with. */
  readonly object?: KubeObject;
  /** The tool looked first and sent nothing. */
  readonly notSent?: boolean;
}

/** One write of the tool, or its server-side dry run. */
export type Write = (dryRun: boolean) => Promise<Attempt>;

/** A time in which no webhook decides. */
export interface Outage {
  /** For people: `its configurations deleted`. */
  readonly how: string;
  /** Resolves when the API server stores what it is given, or refuses it. */
  down(): Promise<void>;
  /** Resolves when the webhook is asked again. */
  up(): Promise<void>;
}

/**
 * One row of the table: who writes a NodePool, what they write while the zone is away, and what they mean by it. All
 * cases go through their phases in lockstep, because a zone is away for everybody.
 */
export interface WriterCase {
  /** Name of the NodePool. */
  readonly name: string;
  readonly writer: string;
  /** What is written, as a phrase: `applies the same manifest again`. */
  readonly does: string;
  /** Before the shift; absent where the NodePool is made during it. */
  readonly declare?: Write;
  /** While the zone is away. */
  readonly meanwhile: Write;
  /** Written during this outage: once, and without a dry run. */
  readonly outage?: Outage;
  /** Whether the tool has a server-side dry run of that write. Default: yes. */
  readonly hasDryRun?: boolean;
  /** How often it is written once more, unchanged. Default: 1; 0 where that makes no sense. */
  readonly repeats?: number;
  /** The tool's own diff after the write, where it has one: true for clean. */
  readonly diff?: () => Promise<boolean>;
  /** After the recovery: the next thing that the tool does by itself, or the person with it. */
  readonly afterwards?: Write;
  /** The NodePool that the writer wants in the end. Compared with what is stored then, defaults filled in. */
  readonly meant: KubeObject;
  /** Where the end is not what the writer meant, or where it takes something to get there. */
  readonly whatToDo?: string;
}

/** The cases of one family; asked once, before the shift. */
export type Family = (tools: Tools) => readonly WriterCase[];
