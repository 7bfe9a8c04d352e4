import { EXEMPTION_PREFIX } from '../../shared/policy/core/exemption.ts';
import type { Finding } from '../../shared/policy/core/finding.ts';
import type { VerdictMemory, VerdictQuestion } from '../admission/outcome.ts';

/** Characters of all that is remembered together, findings too: some hundred NodePools as Git tools apply them. */
const MOST_CHARACTERS = 2_000_000;
/** What an entry takes beside its characters: it is of account where NodePools are small. */
const ENTRY_CHARACTERS = 1000;
/** What a NodePool of all instance types has; what is longer is rare, and judged each time. */
const LONGEST_QUESTION = 100_000;
const DAY_MS = 86_400_000;

/**
 * Verdicts by what they are a function of. A NodePool is written again and again as it is (each sync of a Git tool, each
 * label, each status of a controller's), and a verdict takes five times what it takes to see that it is the same.
 *
 * The policy, the catalogue and all that is known around an object are compared by identity: where one is another, nothing
 * is remembered any more.
 */
export class RememberedVerdicts implements VerdictMemory {
  /** How many verdicts were asked of the rules so far: what this is there to keep small. */
  judged = 0;
  #scene: readonly unknown[] = [];
  #characters = 0;
  /** The one that was used last comes last. */
  readonly #verdicts = new Map<string, Verdict>();

  of(
    scene: readonly unknown[],
    question: VerdictQuestion,
    judge: Parameters<VerdictMemory['of']>[2],
  ): readonly Finding[] {
    if (!isSame(scene, this.#scene)) this.#forget(scene);
    const text = textOf(question);
    const known = this.#verdicts.get(text);
    if (known !== undefined) {
      this.#verdicts.delete(text);
      this.#verdicts.set(text, known);
      return known.findings;
    }
    this.judged += 1;
    const { findings, isWhole } = judge();
    if (isWhole && text.length <= LONGEST_QUESTION) this.#remember(text, findings);
    return findings;
  }

  #forget(scene: readonly unknown[]): void {
    this.#scene = scene;
    this.#characters = 0;
    this.#verdicts.clear();
  }

  #remember(text: string, findings: readonly Finding[]): void {
    const characters = text.length + JSON.stringify(findings).length + ENTRY_CHARACTERS;
    this.#verdicts.set(text, { findings, characters });
    this.#characters += characters;
    for (const [oldest, verdict] of this.#verdicts) {
      if (this.#characters <= MOST_CHARACTERS) return;
      this.#verdicts.delete(oldest);
      this.#characters -= verdict.characters;
    }
  }
}

/** A verdict, and the characters that it was counted with. */
interface Verdict {
  readonly findings: readonly Finding[];
  readonly characters: number;
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((one, place) => one === right[place]);
}

/** All of a question that a verdict can tell apart. */
function textOf({ object, old, isTrusted, impaired, nowMs }: VerdictQuestion): string {
  const text = JSON.stringify([judgedOf(object), old === undefined ? 0 : judgedOf(old), isTrusted, impaired]);
  // Exemptions end with a day, in UTC.
  return text.includes(EXEMPTION_PREFIX) ? `${text} ${Math.floor(nowMs / DAY_MS)}` : text;
}

/** What somebody declares, and what is in use of it: not who owns which field, and not what conditions say. */
function judgedOf(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { apiVersion, kind, metadata, spec, status } = object;
  const { name, labels, annotations } = isObject(metadata) ? metadata : NOTHING;
  const { nodes, resources } = isObject(status) ? status : NOTHING;
  return [apiVersion, kind, name, labels, annotations, spec, nodes, resources];
}

type Members = Readonly<Record<string, unknown>>;

const NOTHING: Members = {};

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
