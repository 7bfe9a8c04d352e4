import type { ArcAnswer, ArcTrouble } from '../../../shared/record/arc-answer.ts';
import { ARC_GROUPS, type ArcGroup, troubleOf } from '../../../shared/record/arc-facts.ts';

/** A trouble that may pass has to last for so long before events are believed instead of ARC. */
const MUTE_AFTER_MS = 2 * 60 * 1000;

/** Troubles that asking again does not mend. */
const LASTING: readonly ArcTrouble[] = ['denied'];

/**
 * Since when each part of ARC cannot be asked. ARC that throttles is there: whoever makes us, or somebody else in the
 * account, ask too often must not come to be believed in its place.
 */
export class ArcHealth {
  readonly #troubled = new Map<ArcGroup, { readonly sinceMs: number; readonly trouble: ArcTrouble }>();

  see(answer: ArcAnswer, elapsedMs: number): void {
    for (const group of ARC_GROUPS) {
      const trouble = troubleOf(answer, group);
      if (trouble === undefined || trouble === 'throttled') this.#troubled.delete(group);
      else this.#troubled.set(group, { sinceMs: this.#troubled.get(group)?.sinceMs ?? elapsedMs, trouble });
    }
  }

  forget(): void {
    this.#troubled.clear();
  }

  mute(elapsedMs: number): ArcGroup[] {
    return [...this.#troubled]
      .filter(([, { sinceMs, trouble }]) => LASTING.includes(trouble) || elapsedMs - sinceMs >= MUTE_AFTER_MS)
      .map(([group]) => group);
  }
}
