import { startProgress } from '../test/control-plane/progress.ts';

/** One step of the demo: what was done, what was measured, and whether what has to hold did hold. */
export interface Step {
  readonly title: string;
  readonly ok: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  readonly failures: readonly string[];
}

/** What a step tells while it runs. */
export interface StepReport {
  /** Something for people to read; indented below the title. */
  say(text: string): void;
  /** A measured value; milliseconds where the name ends in Ms. */
  measure(name: string, value: unknown): void;
  /** Something that has to hold; the step fails where it does not. */
  check(what: string, holds: boolean): void;
}

/** Runs steps one after the other, tells about them, and remembers how they went. */
export class Report {
  readonly steps: Step[] = [];
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  get ok(): boolean {
    return this.steps.every((step) => step.ok);
  }

  async step(title: string, run: (report: StepReport) => Promise<void>): Promise<void> {
    const values: Record<string, unknown> = {};
    const failures: string[] = [];
    this.#print(`\n${this.steps.length + 1}. ${title}`);
    const finishProgress = this.#progressAfterTwoSeconds(title);
    try {
      await run({
        say: (text) => this.#print(text.replace(/^/gm, '   ')),
        measure: (name, value) => {
          values[name] = value;
        },
        check: (what, holds) => {
          this.#print(`   ${holds ? '✓' : '✗'} ${what}`);
          if (!holds) failures.push(what);
        },
      });
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      this.#print(`   ✗ ${failures.at(-1)}`);
    } finally {
      finishProgress();
    }
    this.steps.push({ title, ok: failures.length === 0, values, failures });
  }

  finish(): void {
    if (this.#json) process.stdout.write(`${JSON.stringify({ ok: this.ok, steps: this.steps }, null, 2)}\n`);
    const failed = this.steps.filter((step) => !step.ok);
    this.#print(failed.length === 0 ? '\nEvery check held.' : `\n${failed.length} step(s) did not hold.`);
  }

  #print(text: string): void {
    if (!this.#json) process.stdout.write(`${text}\n`);
  }

  /** On a terminal only: whoever waits for longer than two seconds sees that something is under way. */
  #progressAfterTwoSeconds(title: string): () => void {
    if (this.#json || !process.stderr.isTTY) return () => {};
    let end: (() => void) | undefined;
    const timer = setTimeout(() => {
      const progress = startProgress(`   … ${title}`);
      end = () => progress.end('done');
    }, 2000);
    return () => {
      clearTimeout(timer);
      end?.();
    };
  }
}
