import { describe, expect, it } from 'vitest';
import { type ManifestObject, sourceObjects } from '../../../cli/input/manifest-objects.ts';

const NODE_POOL = `# Web tier
apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: web
  labels:
    example.com/team: web
spec:
  template:
    spec:
      requirements:
        - key: karpenter.sh/capacity-type
          operator: In
          values:
            - spot
        - { key: kubernetes.io/arch, operator: In, values: [amd64] }
`;

function objectsOf(text: string): readonly ManifestObject[] {
  const { objects, errors } = sourceObjects({ name: 'pool.yaml', text });
  expect(errors).toEqual([]);
  return objects;
}

function at(text: string, path: string | undefined, place = 0): string {
  const { line, column } = objectsOf(text)[place]?.positionOf(path) ?? { line: 0, column: 0 };
  return `${line}:${column}`;
}

describe('a path of a YAML object', () => {
  it.each([
    ['a member', 'spec.template', '9:3'],
    ['an entry of a list', 'spec.template.spec.requirements[0]', '12:11'],
    ['an entry in braces', 'spec.template.spec.requirements[1]', '16:11'],
    ['a member of an entry', 'spec.template.spec.requirements[0].values[0]', '15:15'],
    ['a name with dots', 'metadata.labels.example.com/team', '7:5'],
    ['a name in brackets', 'metadata.labels["example.com/team"]', '7:5'],
    ['a member that is absent: the nearest that is there', 'spec.limits.cpu', '8:1'],
    ['an entry that is absent', 'spec.template.spec.requirements[7].key', '11:7'],
    ['a list where an object is', 'spec[0]', '8:1'],
    ['nothing that is there', 'status', '2:1'],
    ['no path', undefined, '2:1'],
  ])('%s', (_what, path, expected) => {
    expect(at(NODE_POOL, path)).toBe(expected);
  });
});

describe('positions count', () => {
  it('from the beginning of the text, in whichever document', () => {
    const text = `${NODE_POOL}---\n${NODE_POOL}`;
    expect([at(text, 'spec', 0), at(text, 'spec', 1)]).toEqual(['8:1', '25:1']);
  });

  it('in the items of a list', () => {
    const text = 'apiVersion: v1\nkind: List\nitems:\n- kind: NodePool\n  spec:\n    weight: 1\n- kind: B\n';
    expect([at(text, 'spec.weight', 0), at(text, undefined, 1)]).toEqual(['6:5', '7:3']);
  });

  it('with line ends of Windows, and after a byte order mark', () => {
    expect(at(NODE_POOL.replaceAll('\n', '\r\n'), 'spec.template')).toBe('9:3');
    expect(at(`\ufeff${NODE_POOL}`, 'spec.template')).toBe('9:3');
  });

  it('in JSON', () => {
    const json = JSON.stringify(
      { kind: 'NodePool', spec: { template: { spec: { requirements: [{ key: 'a' }] } } } },
      null,
      2,
    );
    expect(at(json, 'spec.template.spec.requirements[0].key')).toBe('8:13');
    expect(at(JSON.stringify(JSON.parse(json), null, '\t'), 'spec.template')).toBe('4:3');
  });

  it('where an alias was written, and through a merge at the nearest', () => {
    const text = 'x: &a\n  - key: b\nspec:\n  requirements: *a\n  other:\n    <<: { deep: 1 }\n';
    expect(at(text, 'spec.requirements[0].key')).toBe('2:5');
    expect(at(text, 'spec.other.deep')).toBe('5:3');
  });
});
