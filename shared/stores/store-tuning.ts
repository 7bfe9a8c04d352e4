/** The times of a store, and its chance. */
export const DEFAULT_TUNING = {
  /** Bounds of the random `timeoutSeconds` of a watch, as client-go's reflector. */
  watchTimeoutSeconds: [300, 600] as readonly [number, number],
  /**
   * Silence after which a connection is taken for dead. Bookmarks come once a minute, but not for a collection in which
   * nothing has happened since the watch began (k8s cacher/cache_watcher.go): on a quiet API server 1.36 the first one
   * came after two minutes. A peer that is gone is noticed within 40 s by TCP keep-alive; this is for what still
   * acknowledges and no longer speaks. On an idle server it costs a connection, no more.
   */
  inactivityMs: 150_000,
  /** Safety net against anything missed; less up to a fifth. */
  relistEveryMs: 600_000,
  /** Back-off of the connection. */
  backoffBaseMs: 500,
  backoffCapMs: 30_000,
  /** A watch that lasted this long resets the back-off. */
  healthyMs: 60_000,
  /** A watch that the server closes earlier counts as a failure, as in client-go's reflector. */
  shortWatchMs: 1_000,
  random: Math.random,
};

export type StoreTuning = Partial<Readonly<typeof DEFAULT_TUNING>>;
