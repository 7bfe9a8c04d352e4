import type { Orders } from '../../../../shared/record/orders.ts';
import { checkHistory } from './check-history.ts';
import { type Content, type Entry, lastAppliedIn, type Manifest } from './model-content.ts';
import type { Field, Managers } from './model-managers.ts';
import { type Editor, ModelServer } from './model-server.ts';
import type { History } from './steps.ts';

/** A write as its writer makes it. */
export type Write =
  | { readonly write: 'create' | 'clientApply'; readonly manifest: Manifest }
  | { readonly write: 'serverApply'; readonly manager: string; readonly manifest: Manifest }
  | { readonly write: 'edit'; readonly editor: Editor; readonly change: Partial<Content> }
  | { readonly write: 'touch' | 'nudge' };

/** The fields whose owners are compared. */
export const COMPARED = ['requirements', 'budgets', 'mark', 'lastApplied', 'label'] as const;

/** What is stored, and who manages it. */
export interface Stored {
  readonly requirements: readonly Entry[];
  readonly budgets: readonly Entry[];
  readonly mark: string | undefined;
  /** What kubectl remembers of the manifest. */
  readonly lastApplied: ReturnType<typeof lastAppliedIn>;
  /** The names of those who manage a field, sorted. */
  readonly owners: Readonly<Partial<Record<Field, readonly string[]>>>;
  /** By which write each of them was stamped with a time; `undefined` where it bears none. */
  readonly stamps: Readonly<Record<string, number | undefined>>;
}

/** A write, and what the model says about it. */
export interface Line {
  readonly write: Write;
  /** What our webhook decides by; `undefined`: it is away. */
  readonly set: Orders | undefined;
  /** How often it is asked; 0 where nothing is sent. */
  readonly asked: number;
  readonly took: boolean;
  readonly after: Stored;
}

/** Plays a history on the model and writes down each write. Throws where the oracle disagrees. */
export function transcriptOf(history: History): readonly Line[] {
  const server = new TranscribedServer();
  checkHistory(history, server);
  return server.lines;
}

class TranscribedServer extends ModelServer {
  readonly lines: Line[] = [];
  /** The line at which each manager was stamped; the model's own clock counts in another way. */
  #stamps: Record<string, { readonly time: number | undefined; readonly line: number | undefined }> = {};

  override create(manifest: Manifest): boolean {
    return this.#write({ write: 'create', manifest }, () => super.create(manifest));
  }
  override clientApply(manifest: Manifest): boolean {
    return this.#write({ write: 'clientApply', manifest }, () => super.clientApply(manifest));
  }
  override serverApply(manager: string, manifest: Manifest): boolean {
    return this.#write({ write: 'serverApply', manager, manifest }, () =>
      super.serverApply(manager, manifest),
    );
  }
  override edit(editor: Editor, change: Partial<Content>): boolean {
    return this.#write({ write: 'edit', editor, change }, () => super.edit(editor, change));
  }
  override touch(): boolean {
    return this.#write({ write: 'touch' }, () => super.touch());
  }
  override nudge(): boolean {
    return this.#write({ write: 'nudge' }, () => super.nudge());
  }

  #write(write: Write, play: () => boolean): boolean {
    const set = this.staleSet ?? this.set;
    const before = this.asked;
    const took = play();
    const asked = this.asked - before;
    this.lines.push({ write, set, asked, took, after: this.#stored() });
    return took;
  }

  #stored(): Stored {
    const { requirements, budgets, mark, managers } = this;
    const stamps = Object.entries(managers).map(([name, { time }]) => {
      const known = this.#stamps[name];
      const line = known?.time === time ? known?.line : this.lines.length;
      return [name, { time, line: time === undefined ? undefined : line }] as const;
    });
    this.#stamps = Object.fromEntries(stamps);
    return {
      requirements,
      budgets,
      mark,
      lastApplied: lastAppliedIn(this.annotations),
      owners: Object.fromEntries(COMPARED.map((field) => [field, ownersOf(managers, field)])),
      stamps: Object.fromEntries(stamps.map(([name, { line }]) => [name, line])),
    };
  }
}

function ownersOf(managers: Managers, field: Field): string[] {
  return Object.keys(managers)
    .filter((name) => managers[name]?.fields.includes(field))
    .sort();
}
