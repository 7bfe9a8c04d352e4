import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInputs } from '../../../cli/input/input-texts.ts';
import { handlingOf } from '../../../cli/input/judged-kinds.ts';
import { sortObjects } from '../../../cli/input/judged-objects.ts';
import { sourceObjects } from '../../../cli/input/manifest-objects.ts';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';

describe('files and folders', () => {
  let dir: string;
  const noInput = () => Promise.reject(new Error('nothing is piped'));
  const put = (path: string, text = 'kind: A') => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  const read = async (...names: string[]) => {
    const { texts, errors } = await readInputs(
      names.map((name) => (name === '-' ? name : join(dir, name))),
      noInput,
    );
    return { names: texts.map(({ name }) => name.slice(dir.length + 1)), errors };
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'zonewarden-check-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('reads manifests below a folder, sorted, and nothing else', async () => {
    for (const path of ['b.yml', 'a.yaml', 'deep/er/c.json', 'note.md', '.git/x.yaml', 'node_modules/m.yaml'])
      put(path);
    symlinkSync(join(dir, 'a.yaml'), join(dir, 'z.yaml'));
    symlinkSync(dir, join(dir, 'deep', 'loop.yaml'));
    expect(await read('.')).toEqual({ names: ['a.yaml', 'b.yml', 'deep/er/c.json', 'z.yaml'], errors: [] });
  });

  it('reads a file that is named whatever it is called, and only once', async () => {
    put('pool.txt');
    expect((await read('pool.txt', './pool.txt')).names).toEqual(['pool.txt']);
  });

  it('tells what cannot be read, and reads the rest', async () => {
    put('a.yaml');
    const { names, errors } = await read('gone.yaml', 'a.yaml', '-');
    expect(names).toEqual(['a.yaml']);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('ENOENT'),
      'it cannot be read: nothing is piped',
    ]);
  });
});

describe('the objects of a text', () => {
  const read = (text: string) => sourceObjects({ name: 'x.yaml', text });

  it('are those of all documents and lists; an empty document is none', () => {
    const text = `---\n# nothing\n---\nkind: A\n---\napiVersion: v1\nkind: List\nitems: [{kind: B}, {kind: C}]\n---\napiVersion: karpenter.sh/v1\nkind: NodePoolList\nitems: [{metadata: {name: d}}]\n`;
    expect(read(text).objects.map(({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`)).toEqual([
      ' A ',
      ' B ',
      ' C ',
      'karpenter.sh/v1 NodePool d',
    ]);
  });

  it('are read around a document that is no YAML, which is told with its line', () => {
    const { objects, errors } = read('kind: A\n---\nkind: B\nspec: [1, 2\n---\nkind: C\n');
    expect(objects.map(({ kind }) => kind)).toEqual(['A', 'C']);
    expect(errors).toEqual([
      { file: 'x.yaml', line: 5, column: 1, message: expect.stringMatching(/^it is no YAML: /) },
    ]);
  });

  it('have no key twice', () => {
    expect(read('kind: A\nkind: B\n').errors).toMatchObject([
      { line: 2, message: expect.stringContaining('duplicated') },
    ]);
  });

  it.each([
    ['a text that is nested without end', '['.repeat(100_000)],
    [
      'aliases of aliases',
      `apiVersion: karpenter.sh/v1\nkind: NodePool\na: &a [1]\n${[...'bcdefghij'].map((name, place) => `${name}: &${name} [${`*${String.fromCharCode(97 + place)}, `.repeat(9)}]`).join('\n')}\n`,
    ],
  ])('%s is an error and no crash', (_what, text) => {
    expect(sortObjects([{ name: 'x.yaml', text }]).errors).toMatchObject([{ file: 'x.yaml' }]);
  });

  it('what has no kind is an object of another kind', () => {
    expect(sortObjects([{ name: 'values.yaml', text: 'replicas: 1\n---\n- 1\n---\ntext\n' }])).toEqual({
      judged: [],
      notJudged: [],
      others: 3,
      errors: [],
    });
  });
});

describe('kinds', () => {
  it.each([
    ['karpenter.sh/v1', 'NodePool', 'NodePool'],
    ['karpenter.sh/v1', 'NodeClaim', 'NodeClaim'],
    ['karpenter.k8s.aws/v1', 'EC2NodeClass', 'EC2NodeClass'],
    ['eks.amazonaws.com/v1', 'NodeClass', 'EC2NodeClass'],
    ['karpenter.sh/v1beta1', 'NodePool', 'outdated'],
    ['karpenter.sh/v1alpha5', 'Provisioner', 'outdated'],
    ['karpenter.azure.com/v1alpha2', 'AKSNodeClass', 'other'],
    ['container.gke.io/v1', 'NodePool', 'other'],
    ['v1', 'ConfigMap', 'other'],
    ['', 'toString', 'other'],
  ])('%s %s: %s', (apiVersion, kind, as) => {
    expect(handlingOf({ apiVersion, kind }).as).toBe(as);
  });

  it('an object that is too large to be judged is an error', () => {
    const text = `apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: big}\nspec: [${'1,'.repeat(20_001)}]\n`;
    const { judged, errors } = sortObjects([{ name: 'x.yaml', text }]);
    expect(judged).toEqual([]);
    expect(errors).toMatchObject([{ line: 1, message: 'NodePool big: it holds more than 10000 values' }]);
  });
});

it('a NodePool that was exported during a shift is judged as its owner declared it', () => {
  const requirement = (values: string[]) => ({ key: 'topology.kubernetes.io/zone', operator: 'In', values });
  const declared = requirement(['us-east-1a', 'us-east-1b']);
  const stored = requirement(['us-east-1b']);
  const marks = {
    generation: 4,
    zones: [{ id: 'use1-az1', name: 'us-east-1a', state: 'impaired' }],
    changed: [{ at: 0, declared, stored }],
  };
  const object = {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'web', annotations: { [DECLARED_ANNOTATION]: JSON.stringify(marks) } },
    spec: { template: { spec: { requirements: [stored] } } },
  };
  const { judged } = sortObjects([
    { name: 'x.json', text: JSON.stringify({ kind: 'List', items: [object] }) },
  ]);
  expect(judged[0]?.value).toMatchObject({ spec: { template: { spec: { requirements: [declared] } } } });
});
