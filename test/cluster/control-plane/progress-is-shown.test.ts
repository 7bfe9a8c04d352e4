import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startProgress } from '../../control-plane/progress.ts';

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const collector = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, written, write: (text: string) => written.push(text) };
  };

  it('in a log is a line every 15 seconds, with the latest detail', () => {
    const stream = collector(false);
    const progress = startProgress('Building:', stream);
    progress.detail('3 packages compiled');
    vi.advanceTimersByTime(31_000);
    progress.end('done');
    vi.advanceTimersByTime(60_000);
    expect(stream.written).toEqual([
      'Building: [0 s]\n',
      'Building: [15 s] 3 packages compiled\n',
      'Building: [30 s] 3 packages compiled\n',
      'Building: [31 s] done\n',
    ]);
  });

  it('on a terminal is one line that is rewritten each second', () => {
    const stream = collector(true);
    const progress = startProgress('Building:', stream);
    vi.advanceTimersByTime(2000);
    progress.end('done');
    const text = stream.written.join('');
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toBe(
      ['Building: [0 s]', 'Building: [1 s]', 'Building: [2 s]', 'Building: [2 s] done\n']
        .map((line) => `\r\x1b[2K${line}`)
        .join(''),
    );
  });
});
