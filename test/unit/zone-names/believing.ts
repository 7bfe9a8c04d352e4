import { BelievedNames, type Contradiction } from '../../../watcher/zone-names/believed-names.ts';

/** Believed names, and what was told of contradictions. */
export function believing() {
  const told: Contradiction[] = [];
  return { names: new BelievedNames((each) => told.push(each)), told };
}
