import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../architecture/source-files.ts';

const configurationSchema = z.object({ webhooks: z.array(z.looseObject({ name: z.string() })) });

const webhooksOf = (file: string) =>
  configurationSchema.parse(parse(readFileSync(join(ROOT, 'config', 'base', file), 'utf8'))).webhooks;

// Without a path, as without a caBundle: the product writes both, and no apply takes them back.
const SERVICE = { namespace: 'zonewarden', name: 'zonewarden-webhook', port: 443 };
const notBeingDeleted = [
  { name: 'not-being-deleted', expression: '!has(object.metadata.deletionTimestamp)' },
];
const ruleFor = (resource: string, operations: readonly string[]) => ({
  apiGroups: ['karpenter.sh'],
  apiVersions: ['v1'],
  resources: [resource],
  operations,
  scope: 'Cluster',
});
const always = {
  admissionReviewVersions: ['v1'],
  matchPolicy: 'Equivalent',
  sideEffects: 'None',
  timeoutSeconds: 5,
};

// The whole of each, so that nothing is added without a look here: whatever else a webhook is called for, it can stop.
describe.each([
  ['mutating-webhook-configuration.yaml', { reinvocationPolicy: 'IfNeeded' }],
  ['validating-webhook-configuration.yaml', {}],
])('%s', (file, more) => {
  it('is for writes of NodePools, which fail without it, and for new NodeClaims, which do not', () => {
    expect(webhooksOf(file)).toEqual([
      {
        ...always,
        ...more,
        name: 'nodepools.zonewarden.io',
        clientConfig: { service: SERVICE },
        rules: [ruleFor('nodepools', ['CREATE', 'UPDATE'])],
        failurePolicy: 'Fail',
        matchConditions: notBeingDeleted,
      },
      {
        ...always,
        ...more,
        name: 'nodeclaims.zonewarden.io',
        clientConfig: { service: SERVICE },
        rules: [ruleFor('nodeclaims', ['CREATE'])],
        failurePolicy: 'Ignore',
      },
    ]);
  });
});
