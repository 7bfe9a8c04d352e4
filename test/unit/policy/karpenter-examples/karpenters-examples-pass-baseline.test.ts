import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { withDefaults } from './defaults.ts';
import {
  type ExampleFile,
  type ExampleObject,
  gettingStarted,
  groupPatternIn,
  judgeFile,
  karpentersExamples,
  nodePoolSchema,
  objectSchema,
  objectsIn,
} from './examples.ts';

/** Go fetches the module where it is not there yet. */
const FETCH_MS = 300_000;

describe("Karpenter's own NodePools and EC2NodeClasses", () => {
  let files: ExampleFile[] = [];

  beforeAll(async () => {
    files = [...(await karpentersExamples()), gettingStarted()];
  }, FETCH_MS);

  it('are there: 22 files of the module with 23 NodePools, and that of the getting-started guide', () => {
    expect(files).toHaveLength(23);
    const kinds = files.flatMap(objectsIn).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'NodePool')).toHaveLength(24);
    expect(kinds.filter((kind) => kind === 'EC2NodeClass')).toHaveLength(23);
  });

  it('are denied by baseline for nothing but what the API server itself refuses', async () => {
    expect(files.flatMap((file) => deniedIn(file))).toEqual([
      'windows-custom-userdata.yaml, NodePool windows2022: operator-values: group is "karpenter.k8s.aws/v1"; it has to ' +
        'be a group without its version, like karpenter.k8s.aws',
    ]);
    // The same module's CRD: what it takes for a group.
    const groups = groupPatternIn(await nodePoolSchema());
    expect('karpenter.k8s.aws').toMatch(groups);
    expect('karpenter.k8s.aws/v1').not.toMatch(groups);
  });

  it('are not denied at all once that slip is corrected', () => {
    const corrected = files.map(({ name, text }) => ({
      name,
      text: text.replace('group: karpenter.k8s.aws/v1\n', 'group: karpenter.k8s.aws\n'),
    }));
    expect(corrected.flatMap((file) => deniedIn(file))).toEqual([]);
  });

  it('have the findings that were reviewed', async () => {
    await expect(files.map(listed).join('\n')).toMatchFileSnapshot(join(import.meta.dirname, 'findings.txt'));
  });

  it('have the same findings once the API server has filled in the defaults of the CRD', async () => {
    const schema = await nodePoolSchema();
    const stored = (object: ExampleObject) =>
      object.kind === 'NodePool' ? objectSchema.parse(withDefaults(schema, object)) : object;
    const told = (file: ExampleFile, change?: typeof stored) =>
      judgeFile(file, 'baseline', change).map(({ object, findings }) => [
        object,
        findings.map(({ rule, severity }) => `${severity} ${rule}`),
      ]);
    for (const file of files) expect(told(file, stored), file.name).toEqual(told(file));
    expect(files.flatMap(objectsIn).map(stored)[0]).toMatchObject({
      spec: {
        disruption: {
          budgets: [{ nodes: '10%' }],
          consolidationPolicy: 'WhenEmptyOrUnderutilized',
          consolidateAfter: '0s',
        },
        template: { spec: { expireAfter: '720h' } },
      },
    });
  });

  it('are refused by stricter profiles for what they leave out', () => {
    const strict = judgeFile(gettingStarted(), 'strict');
    const spot = files
      .filter(({ name }) => name === 'spot.yaml')
      .flatMap((file) => judgeFile(file, 'spot-production'));
    expect(strict.flatMap(({ findings }) => findings)).not.toEqual([]);
    expect(spot.flatMap(({ findings }) => findings).map(({ severity }) => severity)).toContain('deny');
  });
});

function deniedIn(file: ExampleFile): string[] {
  return judgeFile(file).flatMap(({ object, findings }) =>
    findings
      .filter(({ severity }) => severity === 'deny')
      .map(({ rule, message }) => `${file.name}, ${object}: ${rule}: ${message}`),
  );
}

/** One file, as people review it. */
function listed(file: ExampleFile): string {
  const objects = judgeFile(file).map(({ object, findings }) => [
    `  ${object}`,
    ...findings.map(({ severity, rule, message }) => `    ${severity} ${rule}: ${message}`),
  ]);
  return [`${file.name}`, ...objects.flat(), ''].join('\n');
}
