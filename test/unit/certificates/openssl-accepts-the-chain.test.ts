import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  leafProblem,
  makeAuthority,
  readAuthority,
  signLeaf,
} from '../../../webhook/certificates/authority.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const names = ['zonewarden-webhook.zonewarden.svc', '127.0.0.1'];

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zonewarden-openssl-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test.runIf(hasOpenssl)('openssl verifies the chain with all of RFC 5280 held against it', async () => {
  const folder = makeFolder();
  const now = new Date();
  const authority = await makeAuthority(now);
  const leaf = await signLeaf(authority, names, now);
  writeFileSync(join(folder, 'ca.pem'), authority.certificatePem);
  writeFileSync(join(folder, 'leaf.pem'), leaf.certPem);
  const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', names[0] ?? ''];
  const answer = execFileSync('openssl', [...verify, '-CAfile', 'ca.pem', 'leaf.pem'], { cwd: folder });
  expect(answer.toString()).toBe('leaf.pem: OK\n');
});

test.runIf(hasOpenssl)(
  'a CA made by openssl, with a key identifier of its own kind, is used as it is',
  async () => {
    const folder = makeFolder();
    const subject = '/O=Caf\u00e9/CN=a CA of somebody else';
    const extensions = [
      'basicConstraints=critical,CA:TRUE',
      'keyUsage=critical,keyCertSign',
      'subjectKeyIdentifier=0102030405',
      // By default openssl would name the identifier that it would have made itself.
      'authorityKeyIdentifier=none',
    ];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'key.pem',
        '-out',
        'ca.pem',
        '-days',
        '30',
        '-utf8',
      ].concat(
        ['-subj', subject],
        extensions.flatMap((extension) => ['-addext', extension]),
      ),
      { cwd: folder, stdio: 'ignore' },
    );
    const read = (name: string) => execFileSync('cat', [join(folder, name)]).toString();
    const now = new Date();
    const authority = readAuthority(read('ca.pem'), read('key.pem'), now);
    const leaf = await signLeaf(authority, names, now);
    expect(leafProblem(leaf.certPem, authority.certificatePem, now)).toBeUndefined();
  },
);
