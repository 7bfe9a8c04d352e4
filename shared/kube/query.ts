/** Which objects of a kind are meant. */
export interface Selection {
  namespace?: string | undefined;
  fieldSelector?: string | undefined;
  labelSelector?: string | undefined;
}

/** A list, or a page of one. */
export interface ListQuery extends Selection {
  resourceVersion?: string | undefined;
  limit?: number | undefined;
  continueToken?: string | undefined;
}

/** A watch from a version on. */
export interface WatchQuery extends Selection {
  resourceVersion: string;
  /** After this time the server ends the watch in order. */
  timeoutSeconds: number;
}

/** Joins what is set into a query string with its question mark, or an empty string. */
export function queryString(fields: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== false) query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
