import { holdsMoreThan } from '../../shared/json/holds-more.ts';
import { EXEMPTION_PREFIX } from '../../shared/policy/core/exemption.ts';
import type { Finding } from '../../shared/policy/core/finding.ts';
import { together } from '../../shared/policy/core/judge-in-parts.ts';
import type {
  VerdictMemory,
  VerdictPart,
  VerdictParts,
  VerdictQuestion,
  VerdictScene,
} from '../admission/outcome.ts';

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
 * is remembered any more. Other NodePools are another matter: one of them changes at each write, and few rules look at
 * them. What the others found holds for any NodePool of the same content, whatever it is called.
 */
export class RememberedVerdicts implements VerdictMemory {
  /** How many verdicts were asked of the rules so far: what this is there to keep small. */
  judged = 0;
  /** How many of the rules that look at other NodePools. */
  judgedBeside = 0;
  #scene: readonly unknown[] = [];
  #beside: readonly unknown[] = [];
  /** Counts the lists of other NodePools. A verdict names its list by number: it would keep it in memory otherwise. */
  #besideNumber = 0;
  #characters = 0;
  /** The one that was used last comes last. */
  readonly #verdicts = new Map<string, Verdict>();

  of(scene: VerdictScene, question: VerdictQuestion, judge: VerdictParts): readonly Finding[] {
    if (!isSame(scene.alone, this.#scene)) this.#forget(scene.alone);
    if (!isSame(scene.beside, this.#beside)) {
      this.#beside = scene.beside;
      this.#besideNumber += 1;
    }
    // Of 3 MB the text alone takes longer than all rules.
    if (isLong(question)) {
      this.judgedBeside += 1;
      return together(this.#alone(judge).findings, judge.beside().findings);
    }
    const text = textOf(question);
    const name = nameOf(question.object);
    const known = this.#verdicts.get(text);
    if (known?.whole !== undefined && known.whole.name === name && this.#isBeside(known.whole)) {
      this.#verdicts.delete(text);
      this.#verdicts.set(text, known);
      return known.whole.findings;
    }
    const alone = known?.alone ?? this.#alone(judge);
    this.judgedBeside += 1;
    const beside = judge.beside();
    const findings = together(alone.findings, beside.findings);
    if (alone.isWhole && text.length <= LONGEST_QUESTION) {
      const whole = { name, besideNumber: this.#besideNumber, findings };
      this.#remember(text, { alone, whole: beside.isWhole ? whole : undefined });
    }
    return findings;
  }

  #isBeside({ besideNumber }: WholeVerdict): boolean {
    return besideNumber === this.#besideNumber;
  }

  #alone(judge: VerdictParts): VerdictPart {
    this.judged += 1;
    return judge.alone();
  }

  #forget(scene: readonly unknown[]): void {
    this.#scene = scene;
    this.#characters = 0;
    this.#verdicts.clear();
  }

  #remember(text: string, found: Pick<Verdict, 'alone' | 'whole'>): void {
    const shown = found.whole?.findings ?? found.alone.findings;
    const characters = text.length + JSON.stringify(shown).length + ENTRY_CHARACTERS;
    this.#characters += characters - (this.#verdicts.get(text)?.characters ?? 0);
    this.#verdicts.delete(text);
    this.#verdicts.set(text, { ...found, characters });
    for (const [oldest, verdict] of this.#verdicts) {
      if (this.#characters <= MOST_CHARACTERS) return;
      this.#verdicts.delete(oldest);
      this.#characters -= verdict.characters;
    }
  }
}

/** A verdict, and the characters that it was counted with. */
interface Verdict {
  readonly alone: VerdictPart;
  /** With what other NodePools make of it: for the NodePool of that name, beside those. */
  readonly whole: WholeVerdict | undefined;
  readonly characters: number;
}

interface WholeVerdict {
  readonly name: unknown;
  readonly besideNumber: number;
  readonly findings: readonly Finding[];
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((one, place) => one === right[place]);
}

/** Whether its text would be longer than what is remembered. */
function isLong({ object, old }: VerdictQuestion): boolean {
  return holdsMoreThan([judgedOf(object), judgedOf(old)], LONGEST_QUESTION);
}

/** All of a question that a verdict can tell apart, but for the name where that is of no account. */
function textOf({ object, old, isTrusted, isByName, impaired, nowMs }: VerdictQuestion): string {
  const name = isByName ? nameOf(object) : undefined;
  const before = old === undefined ? 0 : judgedOf(old);
  const text = JSON.stringify([name, judgedOf(object), before, isTrusted, impaired]);
  // Exemptions end with a day, in UTC.
  return text.includes(EXEMPTION_PREFIX) ? `${text} ${Math.floor(nowMs / DAY_MS)}` : text;
}

/** What somebody declares, and what is in use of it: not who owns which field, and not what conditions say. */
function judgedOf(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { apiVersion, kind, spec, status } = object;
  const { labels, annotations } = metadataOf(object);
  const { nodes, resources } = isObject(status) ? status : NOTHING;
  return [apiVersion, kind, labels, annotations, spec, nodes, resources];
}

/** No update changes it. */
function nameOf(object: unknown): unknown {
  return metadataOf(object).name;
}

type Members = Readonly<Record<string, unknown>>;

const NOTHING: Members = {};

function metadataOf(object: unknown): Members {
  return isObject(object) && isObject(object.metadata) ? object.metadata : NOTHING;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
