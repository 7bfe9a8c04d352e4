import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

function nodePool(name: string, requirement: Requirement): string {
  return stringify({
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: {
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
          requirements: [requirement],
        },
      },
    },
  });
}

describe("Karpenter's CRDs", () => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await startControlPlane();
    await installKarpenterCrds(controlPlane);
  });

  afterAll(() => controlPlane?.stop());

  const apply = (input: string) => controlPlane.kubectl(['apply', '-f', '-'], { input, allowFailure: true });

  it('are installed, and installing them again changes nothing', async () => {
    const names = await installKarpenterCrds(controlPlane);
    expect(names).toEqual(
      expect.arrayContaining([
        'nodepools.karpenter.sh',
        'nodeclaims.karpenter.sh',
        'ec2nodeclasses.karpenter.k8s.aws',
      ]),
    );
    const { stdout } = await controlPlane.kubectl([
      'get',
      'crd',
      'nodepools.karpenter.sh',
      '-o=jsonpath={.metadata.generation}',
    ]);
    expect(stdout).toBe('1');
  });

  it('accept a NodePool with a list of zones', async () => {
    const zones = {
      key: 'topology.kubernetes.io/zone',
      operator: 'In',
      values: ['us-east-1a', 'us-east-1b'],
    };
    expect(await apply(nodePool('zones', zones))).toMatchObject({ code: 0 });
  });

  it('refuse In without values, so an emptied list can never be stored', async () => {
    const empty = { key: 'topology.kubernetes.io/zone', operator: 'In', values: [] };
    const { code, stderr } = await apply(nodePool('empty', empty));
    expect(code).not.toBe(0);
    expect(stderr).toContain("requirements with operator 'In' must have a value defined");
  });

  it("hold the AWS provider's own rule for its label domain", async () => {
    const unknown = { key: 'karpenter.k8s.aws/no-such-label', operator: 'In', values: ['x'] };
    const { code, stderr } = await apply(nodePool('domain', unknown));
    expect(code).not.toBe(0);
    expect(stderr).toContain('label domain "karpenter.k8s.aws" is restricted');
  });
});
