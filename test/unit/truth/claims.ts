/** Remembers since when something is so; `Infinity` while it is not. */
export function keep(since: Map<string, number>, id: string, isSo: boolean, nowMs: number): number {
  if (!isSo) {
    since.delete(id);
    return Number.POSITIVE_INFINITY;
  }
  const known = since.get(id) ?? nowMs;
  since.set(id, known);
  return known;
}

export function stamp(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : 'never';
}

export function claim(holds: boolean, what: string, details: object): void {
  if (!holds) throw new Error(`${what}\n${JSON.stringify(details, undefined, 1)}`);
}
