/**
 * The base of every error that the product raises on purpose.
 *
 * `code` is stable (documented in docs/errors.md, safe to alert on); `message` says what happened, to which
 * object, and what to do about it. The cause, where there is one, travels in the standard `cause` field.
 */
export class ZonewardenError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The message of anything that was thrown, for logs and answers: never throws itself. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  try {
    return String(thrown);
  } catch {
    return 'a value that cannot be shown was thrown';
  }
}
