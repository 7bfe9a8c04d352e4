import { describe, expect, it } from 'vitest';
import {
  isWeaker,
  type RegisteredPolicies,
  registrationRecord,
} from '../../../shared/audit/registration-record.ts';

const SUBJECT = { kind: 'MutatingWebhookConfiguration', configuration: 'zonewarden' };
const POOLS = 'nodepools.zonewarden.io';
const CLAIMS = 'nodeclaims.zonewarden.io';
const BOTH = { [POOLS]: 'Fail', [CLAIMS]: 'Ignore' };
const OPEN = { [POOLS]: 'Ignore', [CLAIMS]: 'Ignore' };

describe('a change of a webhook configuration', () => {
  it.each<[string, RegisteredPolicies | undefined, RegisteredPolicies, string, boolean, string[]]>([
    ['the first look', undefined, BOTH, 'registration', false, []],
    ['the first look finds none', undefined, null, 'registration', true, [POOLS, CLAIMS]],
    ['it is deleted', BOTH, null, 'break-glass', true, [POOLS, CLAIMS]],
    ['one webhook is taken out', BOTH, { [POOLS]: 'Fail' }, 'break-glass', true, [CLAIMS]],
    ['it comes back', null, BOTH, 'registration', false, []],
    ['it comes back in part', null, { [POOLS]: 'Fail' }, 'registration', true, [CLAIMS]],
    ['NodePools are opened', BOTH, OPEN, 'registration', true, []],
    ['NodePools are closed again', OPEN, BOTH, 'registration', false, []],
    [
      'a webhook of somebody else is put in',
      BOTH,
      { ...BOTH, 'x.example.com': 'Ignore' },
      'registration',
      false,
      [],
    ],
  ])('%s', (_name, from, to, event, weaker, missing) => {
    const record = registrationRecord(SUBJECT, from, to);
    expect(record).toEqual({ event, ...SUBJECT, from, to, missing });
    expect(record === undefined ? undefined : isWeaker(record)).toBe(weaker);
  });

  it.each<[string, RegisteredPolicies]>([
    ['nothing changed', BOTH],
    ['it is still gone', null],
  ])('%s: there is nothing to write', (_name, same) => {
    expect(registrationRecord(SUBJECT, same, same)).toBeUndefined();
  });
});
