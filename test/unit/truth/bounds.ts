export const SECOND = 1000;
/** The longest time between two looks, an answer's way, an answer's lag, and the leader's round. */
export const RECONCILE_MS = (60 + 2 + 5 + 2) * SECOND;
/** While it is unsure, the leader looks again after so long: the first look at which the grace is over. */
export const UNSURE_MS = (10 + 2 + 2) * SECOND;
/** Nothing is claimed of the last moments of a shift: an extension is seen with the next look. */
export const TAIL_MS = 90 * SECOND;
