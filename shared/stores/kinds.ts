import { readBinding } from '../fallback/fallback-binding.ts';
import { FALLBACK_NAME } from '../fallback/fallback-program.ts';
import { readFallback } from '../fallback/fallback-view.ts';
import type { KubeObject } from '../kube/object.ts';
import { resources, typed } from '../kube/resource.ts';
import { nodeClassFacts } from '../policy/reading/node-class-facts.ts';
import { readNode } from '../views/node.ts';
import { readClaim } from '../views/node-claim.ts';
import { readPlaces } from '../views/node-class.ts';
import { readPool } from '../views/pool-view.ts';

/** The kinds that a process watches whole, each with the one function that reads an object of it. */
export const POOLS = {
  type: resources.nodePools,
  // One may have 1.5 MB, and three times that while it is read.
  pageSize: 4,
  // Of a heap of 160 MiB. A usual NodePool takes some ten kilobytes.
  mostBytes: 96 * 1024 * 1024,
  read: readPool,
};
// Little is kept of one, and one of 1.5 MB has to be read all the same.
export const CLAIMS = { type: resources.nodeClaims, pageSize: 10, read: readClaim };
export const NODES = { type: resources.nodes, read: readNode };
export const NODE_CLASSES = {
  type: resources.ec2NodeClasses,
  read(object: KubeObject) {
    // Annotations may hold the whole manifest once more, and no rule asks for those of a NodeClass.
    const facts = { ...nodeClassFacts(typed(resources.ec2NodeClasses, object)), annotations: {} };
    return { name: object.metadata.name ?? '', facts, ...readPlaces(object) };
  },
};
export type NodeClassView = ReturnType<typeof NODE_CLASSES.read>;

/** The ValidatingAdmissionPolicy of the policy fallback, and its binding. */
const named = { fieldSelector: `metadata.name=${FALLBACK_NAME}` };
export const FALLBACK = { type: resources.validatingAdmissionPolicies, select: named, read: readFallback };
export const FALLBACK_BINDING = {
  type: resources.validatingAdmissionPolicyBindings,
  select: named,
  read: readBinding,
};
