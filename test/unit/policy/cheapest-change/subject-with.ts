import { bundledCatalog } from '../../../../shared/catalog/bundled.ts';
import { Subject } from '../../../../shared/policy/core/subject.ts';
import type { Requirement } from '../../../../shared/requirements/requirement.ts';

/** A NodePool with these requirements, by the bundled catalogue, with nothing around it. */
export function subjectWith(requirements: readonly Requirement[], nodeClassRef?: object): Subject {
  const object = {
    metadata: { name: 'web' },
    spec: { template: { spec: { requirements, nodeClassRef } } },
  };
  return new Subject('NodePool', object, {
    catalog: bundledCatalog(),
    nodeClasses: new Map(),
    knowsAllNodeClasses: false,
    nodePools: [],
    zones: [],
    impaired: [],
  });
}

/** `karpenter.k8s.aws/instance-category In c m` */
export function requirementsFrom(...lines: readonly string[]): Requirement[] {
  return lines.map((line) => {
    const [name = '', operator = '', ...values] = line.split(' ');
    const key = name.includes('/') ? name : `karpenter.k8s.aws/instance-${name}`;
    return { key, operator, values };
  });
}
