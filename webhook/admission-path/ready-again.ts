/**
 * Hears of each look at whether a replica is ready, and acts when it is again after it was not: while no replica is, the
 * API server finds nobody behind the Service, and tells the path to whoever writes. A replica does not know of the others.
 */
export function whenReadyAgain(act: () => void): (isReady: boolean) => void {
  let state: 'never' | 'ready' | 'lost' = 'never';
  return (isReady) => {
    if (isReady && state === 'lost') act();
    if (isReady) state = 'ready';
    else if (state === 'ready') state = 'lost';
  };
}
