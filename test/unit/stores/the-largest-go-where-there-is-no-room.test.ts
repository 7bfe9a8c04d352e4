import { expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { HeldObjects } from '../../../shared/stores/held-objects.ts';

/** A NodePool of so many characters; the version is that of its text. */
const pool = (name: string, length: number): KubeObject => ({
  kind: 'NodePool',
  metadata: { name, resourceVersion: `${length}` },
  spec: 'x'.repeat(length),
});

function held(mostBytes: number) {
  const told: string[] = [];
  const read = ({ metadata, spec }: KubeObject) => ({ name: metadata.name ?? '', spec });
  const objects = new HeldObjects(read, (key, error) => told.push(`${key} ${error}`), mostBytes);
  return { objects, told, names: () => objects.views().map(({ name }) => name) };
}

it('where all are too much, the largest are let go and told, and those of a usual size stay', () => {
  const { objects, told, names } = held(10_000);
  objects.put(pool('web-0', 100));
  for (let place = 0; place < 8; place += 1) objects.put(pool(`heavy-${place}`, 3000 + place));
  objects.put(pool('web-1', 100));
  expect(names()).toEqual(['web-0', 'heavy-0', 'heavy-1', 'heavy-2', 'web-1']);
  expect(objects.unreadable().length + names().length).toBe(10);
  expect(told.at(-1)).toMatch(/NodePool heavy-7 is not looked at: .* more than there is memory for/);
});

it('that another one is let go is a difference; that one is let go again is none', () => {
  const { objects } = held(10_000);
  objects.put(pool('heavy-0', 6000));
  expect(objects.put(pool('heavy-1', 5000))).toBe(true);
  expect(objects.unreadable()).toEqual(['heavy-0']);
  expect(objects.put(pool('heavy-0', 6001))).toBe(false);
  expect(objects.unreadable()).toEqual(['heavy-0']);
});

it('one that was let go is held again once there is room, though it is the same', () => {
  const { objects, names } = held(10_000);
  objects.put(pool('heavy-0', 6000));
  objects.put(pool('heavy-1', 5000));
  objects.remove('heavy-1');
  // As the next list has it.
  expect(objects.put(pool('heavy-0', 6000))).toBe(true);
  expect(names()).toEqual(['heavy-0']);
  expect(objects.unreadable()).toEqual([]);
});

it('one that becomes smaller makes room', () => {
  const { objects, names } = held(10_000);
  for (const [place, length] of [6000, 100, 9000, 200, 6000].entries())
    objects.put(pool(place === 4 ? 'b' : 'a', length));
  expect(names().toSorted()).toEqual(['a', 'b']);
});
