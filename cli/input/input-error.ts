/** Input that could not be judged. `line` and `column` where the text tells. */
export interface InputError {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** `file:line:column: message` */
export function errorText({ file, line, column, message }: InputError): string {
  return `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${message}`;
}
