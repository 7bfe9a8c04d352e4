/** Remembers which troubles have been told of: one that lasts is told once, and again when it comes back. */
export class TroublesTold<Kind extends string> {
  readonly #told = new Map<Kind, string>();

  /** Whether this is news. The same kind with another code is. */
  isNew(kind: Kind, error: unknown): boolean {
    const code = codeOf(error);
    if (this.#told.get(kind) === code) return false;
    this.#told.set(kind, code);
    return true;
  }

  /** A trouble of this kind is over; all of them where none is named. */
  over(kind?: Kind): void {
    if (kind === undefined) this.#told.clear();
    else this.#told.delete(kind);
  }
}

/** The stable code of an error; what it says where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
