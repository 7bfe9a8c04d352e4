import { withLock } from './build-lock.ts';
import { type ProgressStream, startProgress } from './progress.ts';

/** Like `withLock`, and shows whom it waits for. */
export async function withLockShown<T>(
  lockFile: string,
  work: () => Promise<T>,
  what: string,
  stream: ProgressStream,
): Promise<T> {
  let waiting: ReturnType<typeof startProgress> | undefined;
  const endWaiting = () => {
    waiting?.end('done waiting');
    waiting = undefined;
  };
  const onWait = (holder: { pid: number }) => {
    endWaiting();
    waiting = startProgress(`Waiting for process ${holder.pid}, which prepares the ${what}:`, stream);
  };
  try {
    return await withLock(
      lockFile,
      () => {
        endWaiting();
        return work();
      },
      { onWait },
    );
  } finally {
    endWaiting();
  }
}
