let clock = 0;

/** The time of the next event. Events carry whole seconds, and ends count by them: each is later than the one before. */
export function nextSecond(): Date {
  clock = Math.max(clock + 1000, Math.floor(Date.now() / 1000) * 1000);
  return new Date(clock);
}
