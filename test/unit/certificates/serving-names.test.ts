import { expect, test } from 'vitest';
import { servingNames } from '../../../webhook/certificates/serving-names.ts';

test('a leaf carries every form of the Service name and the extra names once', () => {
  expect(
    servingNames('hook', 'zw', ['127.0.0.1', 'Hook.Example.test', 'hook.zw.svc', '::1', '*.example.test']),
  ).toEqual([
    'hook',
    'hook.zw',
    'hook.zw.svc',
    'hook.zw.svc.cluster.local',
    '127.0.0.1',
    'hook.example.test',
    '::1',
    '*.example.test',
  ]);
});

test.each(['', 'https://example.test', 'a_b', '-a', 'a..b', '10.0.0.0/8', `${'a'.repeat(64)}.test`])(
  'an extra name that is none is refused: %j',
  (name) => {
    expect(() => servingNames('hook', 'zw', [name])).toThrow(
      expect.objectContaining({
        code: 'certificates.bad-name',
        message: expect.stringContaining(`'${name}'`),
      }),
    );
  },
);
