import { describe, expect, it } from 'vitest';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { enforceNodePool } from '../../../shared/enforcement/nodepool.ts';
import { DEFAULT_ENFORCEMENT } from '../../../shared/enforcement/settings.ts';
import { nodePoolSchema } from '../../../shared/views/node-pool.ts';
import { SCENE } from '../enforcement/mark-keys.ts';
import { setOf } from '../enforcement/stored.ts';
import { cpuMsOf } from './cpu-of.ts';

/**
 * Whoever writes a NodePool may write any mark into it, and what it says is looked for in the requirements. One of 6,500
 * entries took 1.3 s and more; one of 100 long changes, each of which was looked for by a digest of every list, 0.4 s.
 */

const ZONE = 'topology.kubernetes.io/zone';
const AWAY = setOf(9, ['use1-az1', 'us-east-1a']);
const DIGEST = 'A'.repeat(22);
const many = <T>(count: number, make: (place: number) => T) =>
  Array.from({ length: count }, (_, place) => make(place));
const entry = (count: number, of: string, more: object = {}) => ({
  key: ZONE,
  operator: 'NotIn',
  values: many(count, (place) => `${of}-${place}`),
  ...more,
});
const exists = (of: string) =>
  many(6500, (place) => ({ key: `example.com/${of}${place}`, operator: 'Exists' }));
/** As many values as an object may hold, each as long as it may be, in so many requirements. */
const full = (lists: number) =>
  many(lists, (list) => entry(4900 / lists, `${list}-${'v'.repeat(240)}`)).map(({ values, ...rest }) => ({
    ...rest,
    values: values.map((value) => value.slice(-253)),
  }));

interface Shape {
  readonly requirements: readonly object[];
  readonly mark: object;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  'thousands of entries that were added': {
    requirements: exists('declared'),
    mark: { added: exists('added') },
  },
  'an entry of thousands that was edited': {
    requirements: [entry(19_000, 'c', { operator: 'In' })],
    mark: {
      changed: [
        {
          at: 0,
          declared: entry(9900, 'a', { operator: 'In' }),
          stored: entry(9900, 'b', { operator: 'In' }),
        },
      ],
    },
  },
  'a hundred long changes of one list': {
    requirements: full(1),
    mark: { changed: many(100, (at) => longChange(at)) },
  },
  'a hundred long changes of as many lists': {
    requirements: full(100),
    mark: { changed: many(100, (at) => longChange(at)) },
  },
  'a hundred long changes that hid something': {
    requirements: full(50),
    mark: {
      changed: many(100, (at) => ({
        ...longChange(at),
        hidden: Object.fromEntries(many(60, (value) => [`h${at}-${value}`, [value]])),
      })),
    },
  },
  'a hundred entries that were widened': {
    requirements: full(100),
    mark: { added: many(100, (at) => entry(40, `added-${at}`)) },
  },
};

function longChange(at: number) {
  return { at, key: ZONE, operator: 'NotIn', declaredDigest: DIGEST, storedDigest: DIGEST };
}

function poolOf({ requirements, mark }: Shape, labels: Readonly<Record<string, string>> = {}) {
  const annotations = { [DECLARED_ANNOTATION]: JSON.stringify({ generation: 1, zones: [], ...mark }) };
  const spec = { template: { spec: { requirements } }, disruption: { budgets: [{ nodes: '10%' }] } };
  return nodePoolSchema.parse({ metadata: { name: 'evil', annotations, labels }, spec });
}

describe('the decision about a NodePool with a mark of', () => {
  it.each(Object.entries(SHAPES))('%s takes no more than its length', (_, shape) => {
    const decide = (old: boolean) => {
      // Nothing that was found out of one object is known of another one.
      const [pool, before] = [poolOf(shape), old ? poolOf(shape, { was: 'other' }) : undefined];
      return cpuMsOf(() => enforceNodePool(pool, before, AWAY, { ...DEFAULT_ENFORCEMENT, ...SCENE }));
    };
    for (const old of [false, true]) {
      let least = Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < 20 && least > 150; tries += 1) least = Math.min(least, decide(old));
      expect(least).toBeLessThanOrEqual(150);
    }
  });
});
