import { expect, it } from 'vitest';
import type { Row } from '../../cluster/writers/row.ts';
import { readDocument } from './markdown.ts';
import { BEGIN, DOCUMENT, END, readObserved, renderTables } from './writers-table.ts';

const rows = Object.values(readObserved()).flatMap((each) => Object.entries(each));
const namesOf = (wanted: (row: Row) => boolean) =>
  rows.filter(([, row]) => wanted(row)).map(([name]) => name);

it('the tables of writers are what was observed (node test/unit/docs/writers-table.ts writes them)', () => {
  const [, rest = ''] = readDocument(DOCUMENT).split(BEGIN);
  const [tables = ''] = rest.split(END);
  expect(tables.trim()).toBe(renderTables());
  expect(rows.length).toBeGreaterThan(100);
});

it('no row is stored with the zone that is away among its zones', () => {
  expect(namesOf(({ meanwhile }) => /(?:^|; )In [^\]]*us-east-1a/.test(meanwhile.zones))).toEqual([]);
  expect(namesOf(({ meanwhile }) => meanwhile.zones === 'any')).toEqual([]);
});

it('each row says what to do where the end is not what its writer meant, and where the write was refused for the shift', () => {
  const needsAdvice = ({ meanwhile, after, next }: Row) =>
    !after.asMeant || next?.asMeant === false || meanwhile.write === 'refused: conflict';
  expect(namesOf((row) => needsAdvice(row) && row.whatToDo === undefined)).toEqual([]);
});

it('a repeated write is no write, but for the one row that says why', () => {
  const settles = ({ meanwhile: { again = 'no write' } }: Row) =>
    again === 'no write' || again === 'not sent';
  expect(namesOf((row) => !settles(row))).toEqual(['marks-freeze-twice']);
});

it('no list is ever ours', () => {
  const managers = ({ owners }: Row) => `${owners.requirements} ${owners.budgets}`;
  expect(namesOf((row) => /zonewarden|webhook|watcher|unknown/i.test(managers(row)))).toEqual([]);
});

it('each dry run foretells what is stored', () => {
  expect(namesOf(({ meanwhile }) => meanwhile.dryRun === 'differs')).toEqual([]);
});
