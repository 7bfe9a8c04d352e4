import { describe, expect, it } from 'vitest';
import {
  admittedWays,
  isExposed,
  nextToken,
  type PathView,
  pathChange,
  wantedToken,
} from '../../../webhook/admission-path/path-plan.ts';
import { BARE, NOWHERE, type Way } from '../../../webhook/admission-path/path-text.ts';
import {
  askingBy,
  asksNow,
  NOTHING_SEEN,
  type SeenPaths,
  seePaths,
} from '../../../webhook/admission-path/seen-paths.ts';
import { configurationTypes } from '../../../webhook/registration/registration-watch.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const SECOND = 1000;
const MINUTE = 60_000;
const [A, B, C, FOREIGN] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(48)) as [
  string,
  string,
  string,
  string,
];

const textOf = (way: Way, step: string) =>
  way === NOWHERE ? '' : way === BARE ? `/${step}/if-this-fails-see` : `/${step}/${way}/if-this-fails-see`;

/** Both configurations, one after the other, with these ways; `undefined`: there is none. */
function see(seen: SeenPaths, ways: readonly Way[] | undefined, atMs: number): SeenPaths {
  return configurationTypes.reduce((before, type) => {
    const step = type.kind.startsWith('Mutating') ? 'mutate' : 'validate';
    const webhooks = ways?.map((way) => ({
      ...{ name: 'w', failurePolicy: 'Fail' as const, caBundle: '' },
      askedAt: { field: 'service.path' as const, text: textOf(way, step) },
    }));
    return seePaths(before, { type, name: 'zonewarden', webhooks }, atMs);
  }, seen);
}

interface Scene {
  /** The newest first, with how long ago each was made. */
  readonly tokens: readonly (readonly [string, number])[];
  readonly asked?: readonly Way[] | undefined;
  /** What was asked before that, and until how long ago. */
  readonly before?: readonly [Way, number];
}

function viewOf({ tokens, asked, before }: Scene): PathView {
  const [way, agoMs] = before ?? [];
  const first = way === undefined ? NOTHING_SEEN : see(NOTHING_SEEN, [way], NOW - MINUTE * 60);
  return {
    nowMs: NOW,
    tokens: tokens.map(([token, madeAgoMs]) => ({ token, madeMs: NOW - madeAgoMs })),
    knownMs: new Map(tokens.map(([token, madeAgoMs]) => [token, NOW - madeAgoMs])),
    seen: see(first, asked, NOW - (agoMs ?? 0)),
  };
}

const LONG = 30 * MINUTE;

describe('who is answered', () => {
  it.each<[string, Scene, readonly Way[]]>([
    [
      'the newest token, and no older one',
      {
        tokens: [
          [B, LONG],
          [A, 2 * LONG],
        ],
        asked: [B],
      },
      [B],
    ],
    [
      'the one before, while the newest is young',
      {
        tokens: [
          [B, MINUTE],
          [A, LONG],
        ],
        asked: [B],
      },
      [B, A],
    ],
    [
      'what a configuration asks by, however old',
      {
        tokens: [
          [C, LONG],
          [B, LONG],
          [A, LONG],
        ],
        asked: [A],
      },
      [C, A],
    ],
    [
      'what was asked a moment ago',
      {
        tokens: [
          [B, LONG],
          [A, LONG],
        ],
        asked: [B],
        before: [A, 59 * SECOND],
      },
      [B, A],
    ],
    [
      'not what was asked long ago',
      {
        tokens: [
          [B, LONG],
          [A, LONG],
        ],
        asked: [B],
        before: [A, MINUTE],
      },
      [B],
    ],
    [
      'a token that the Secret does not have and a configuration has',
      { tokens: [[A, LONG]], asked: [FOREIGN] },
      [A, FOREIGN],
    ],
    ['no path without a token', { tokens: [[A, LONG]], asked: [A] }, [A]],
    [
      'one without a token where a configuration says so',
      { tokens: [[A, LONG]], asked: [A, BARE] },
      [A, BARE],
    ],
    ['and for moments after', { tokens: [[A, LONG]], asked: [A], before: [BARE, 9 * SECOND] }, [A, BARE]],
    ['and no longer', { tokens: [[A, LONG]], asked: [A], before: [BARE, 10 * SECOND] }, [A]],
    ['and beside the first token of all while it is young', { tokens: [[A, MINUTE]], asked: [A] }, [A, BARE]],
    ['nothing for a configuration that names nothing', { tokens: [[A, LONG]], asked: [NOWHERE] }, [A]],
    ['the newest where there are no configurations', { tokens: [[A, LONG]], asked: undefined }, [A]],
  ])('%s', (_, scene, ways) => {
    expect([...admittedWays(viewOf(scene))].sort()).toEqual([...ways].sort());
  });
});

describe('which token is written', () => {
  it.each<[string, Scene, string | undefined]>([
    [
      'the newest',
      {
        tokens: [
          [B, LONG],
          [A, LONG],
        ],
        asked: [A],
      },
      B,
    ],
    [
      'not one that other replicas may not know yet',
      {
        tokens: [
          [B, 9 * SECOND],
          [A, LONG],
        ],
        asked: [A],
      },
      A,
    ],
    [
      'none while there is only such a one, and another token is asked by',
      { tokens: [[B, SECOND]], asked: [FOREIGN] },
      undefined,
    ],
    ['the first at once where there is no path', { tokens: [[A, 0]], asked: [NOWHERE] }, A],
    ['the first at once over the path of an older version', { tokens: [[A, 0]], asked: [BARE] }, A],
  ])('%s', (_, scene, token) => {
    expect(wantedToken(viewOf(scene))).toBe(token);
  });

  it.each<[string, Way, string, 'urgent' | 'later' | undefined]>([
    ['the same stays', B, B, undefined],
    ['an older one is replaced', A, B, 'urgent'],
    ['a newer one, which another replica wrote, stays', C, B, undefined],
    ['one that is not in the Secret waits', FOREIGN, B, 'later'],
    ['no path is replaced', NOWHERE, B, 'urgent'],
    ['the path of an older version is replaced', BARE, B, 'urgent'],
  ])('%s', (_, asked, wanted, change) => {
    const view = viewOf({
      tokens: [
        [C, SECOND],
        [B, LONG],
        [A, LONG],
      ],
      asked: [asked],
    });
    expect(pathChange(view, asked, wanted)).toBe(change);
  });
});

describe('when another token is made', () => {
  it('not for a token that no configuration asks by: nobody was told it', () => {
    expect(
      isExposed(
        viewOf({
          tokens: [
            [B, LONG],
            [A, LONG],
          ],
          asked: [A],
        }),
      ),
    ).toBe(false);
    expect(
      isExposed(
        viewOf({
          tokens: [
            [B, LONG],
            [A, LONG],
          ],
          asked: [A, B],
        }),
      ),
    ).toBe(true);
    expect(isExposed(viewOf({ tokens: [[B, LONG]], asked: undefined }))).toBe(false);
  });

  it('after an hour, and once a minute where calls fail', () => {
    const { earliestMs, agedMs } = nextToken(viewOf({ tokens: [[A, 0]], asked: [A] }));
    expect([earliestMs - NOW, agedMs - NOW]).toEqual([MINUTE, 60 * MINUTE]);
  });
});

describe('what was seen', () => {
  it('names the configurations that ask in a way, by kind and name', () => {
    const seen = see(NOTHING_SEEN, [A, BARE], NOW);
    expect(askingBy(seen, [BARE])).toEqual(configurationTypes.map(({ kind }) => `${kind} zonewarden`));
    expect(askingBy(seen, [NOWHERE])).toEqual([]);
    expect([...asksNow(seen)]).toEqual([A, BARE]);
  });

  it('forgets what was given up, so that it does not grow', () => {
    let seen = NOTHING_SEEN;
    for (let turn = 0; turn < 200; turn += 1)
      seen = see(seen, [turn.toString(16).padStart(48, '0')], NOW + turn * 10 * SECOND);
    expect(seen.leftMs.size).toBeLessThanOrEqual(7);
  });
});
