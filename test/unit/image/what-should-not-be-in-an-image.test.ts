import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentOf, sizesByFolder } from '../../../scripts/image/image-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'zonewarden-image-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function add(path: string, bytes: number, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
  writeFileSync(join(root, path), 'x'.repeat(bytes));
  chmodSync(join(root, path), mode);
}

describe('the content of an image', () => {
  it('is counted once, also where a link leads to it, by folder and in all', () => {
    add('usr/lib/a.so', 30);
    add('usr/lib/b.so', 20);
    add('app/dist/main.js', 7);
    symlinkSync('usr/lib', join(root, 'lib'));
    symlinkSync('b.so', join(root, 'usr/lib/c.so'));
    const { files, bytes, findings } = contentOf(root);
    expect(files.map(({ path }) => path).sort()).toEqual([
      '/app/dist/main.js',
      '/usr/lib/a.so',
      '/usr/lib/b.so',
    ]);
    expect(bytes).toBe(57);
    expect(sizesByFolder(files, 1)).toEqual([
      ['/usr', 50],
      ['/app', 7],
    ]);
    expect(findings).toEqual([]);
  });

  it('has no file that runs as its owner, and none that everybody may write, but for /tmp', () => {
    add('bin/su', 1, 0o4755);
    add('etc/open', 1, 0o666);
    mkdirSync(join(root, 'tmp'));
    chmodSync(join(root, 'tmp'), 0o1777);
    expect([...contentOf(root).findings].sort()).toEqual([
      '/bin/su runs as its owner or group, whoever starts it',
      '/etc/open can be written by everybody',
    ]);
  });

  it('has nothing beside the application that only people, compilers and tests read', () => {
    add('app/dist/main.js.map', 1);
    add('app/types.d.ts', 1);
    add('app/node_modules/a/index.js', 1);
    add('usr/share/types.d.ts', 1);
    expect(contentOf(root).findings).toHaveLength(3);
  });
});
