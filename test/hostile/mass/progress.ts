/** What one input, or a batch of them, came to. */
export interface Took {
  readonly inputs: number;
  readonly bytes: number;
  /** What was done, by name. */
  readonly outcome: string;
  /** What is bounded, by name. */
  readonly measures: Readonly<Record<string, number>>;
  /** Draws it again. */
  readonly index: number;
}

const TELL_EACH_MS = 30_000;

/** Counts what a kind of inputs came to, tells now and then how far it is, and the maxima at the end. */
export class Progress {
  readonly #name: string;
  readonly #wanted: number;
  readonly #begun = process.cpuUsage();
  readonly #outcomes = new Map<string, number>();
  readonly #most = new Map<string, { readonly found: number; readonly index: number }>();
  #inputs = 0;
  #bytes = 0;
  #toldMs = Date.now();

  constructor(name: string, wanted: number) {
    this.#name = name;
    this.#wanted = wanted;
  }

  took({ inputs, bytes, outcome, measures, index }: Took): void {
    this.#inputs += inputs;
    this.#bytes += bytes;
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + inputs);
    for (const [measure, found] of Object.entries(measures))
      if (found > (this.#most.get(measure)?.found ?? -1)) this.#most.set(measure, { found, index });
    if (Date.now() - this.#toldMs < TELL_EACH_MS) return;
    this.#toldMs = Date.now();
    console.info(`${this.#name}: ${this.#inputs} of ${this.#wanted}; ${this.#maxima()}`);
  }

  summary(): string[] {
    const { user, system } = process.cpuUsage(this.#begun);
    const cpuMs = (user + system) / 1000;
    const each = this.#inputs === 0 ? 0 : cpuMs / this.#inputs;
    const outcomes = [...this.#outcomes].sort(([, a], [, b]) => b - a);
    return [
      `${this.#name}: ${this.#inputs} of ${this.#wanted}, ${(this.#bytes / 1e9).toFixed(2)} GB, ` +
        `${(cpuMs / 1000).toFixed(0)} s of CPU, ${each.toFixed(3)} ms each, drawn and checked`,
      `  ${outcomes.map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`,
      `  at most: ${this.#maxima()}`,
    ];
  }

  #maxima(): string {
    return [...this.#most]
      .map(([measure, { found, index }]) => `${measure} ${Math.round(found * 100) / 100} (${index})`)
      .join(', ');
  }
}
