import { z } from 'zod';
import { fact, UNLOGGED } from './fact-row.ts';

const binding = z.enum(['denies', 'audits', 'absent']);
const presence = z.enum(['present', 'absent', 'unreadable']);

/** What the leader sees and does about the policy fallback, the policy, the catalogue and reports. */
export const POLICY_FACTS = {
  'policy-fallback': fact({
    shape: {
      generation: z.number().nullable().optional().describe('That it was written for'),
      result: z.string().optional(),
      presence: presence.optional(),
      leftOut: z.number().optional().describe('Exempt NodePools that have no room in it'),
    },
    audit: 'The policy fallback was written, is there, or is not',
    state: ({ presence: is, leftOut, generation }) => {
      if (is !== undefined) return ['presence', [is, generation]];
      return leftOut === undefined ? undefined : ['left-out', leftOut];
    },
    level: ({ presence: is, result, leftOut }) => {
      if (result !== undefined) return result === 'written' ? 'info' : undefined;
      if (leftOut === 0) return undefined;
      return is === 'present' ? 'info' : 'warn';
    },
    words: ({ presence: is, result }) => {
      if (result !== undefined) return 'the policy fallback was written';
      return is === undefined ? NO_ROOM : FALLBACK[is];
    },
  }),
  'policy-binding': fact({
    shape: { binding, from: binding.nullable().describe('null at the first look') },
    events: ['policy-binding', 'break-glass'],
    eventOf: ({ from }) => (from === 'denies' ? 'break-glass' : 'policy-binding'),
    audit: 'The binding of the policy fallback is there, is not, or denies no more',
    level: ({ binding: is }) => (is === 'denies' ? 'info' : 'warn'),
    words: ({ binding: is }) => BOUND[is],
  }),
  'policy-scan': fact({
    shape: {
      nodePools: z.number(),
      findings: z.array(z.object({ rule: z.string(), severity: z.string(), count: z.number() })),
      durationMs: z.number(),
    },
    state: ({ nodePools, findings }) => ['scan', [nodePools, findings]],
    level: () => 'info',
    words: () => 'the stored NodePools were judged by the policy',
  }),
  'policy-scanned': fact({ shape: { durationMs: z.number() }, ...UNLOGGED }),
  'rule-defect': fact({
    shape: { rule: z.string(), error: z.unknown() },
    events: ['policy-scan'],
    level: () => 'debug',
    words: () => 'a rule of the policy threw',
  }),
  catalog: fact({
    shape: {
      catalog: z.string(),
      source: z.string().optional(),
      /** Of the cluster's own catalogue. */
      types: z.number().optional(),
      madeAt: z.string().optional(),
    },
    state: ({ catalog, source, madeAt }) => ['catalog', [catalog, source, madeAt]],
    level: () => 'info',
    words: () => 'the catalogue of instance types in force',
  }),
  'catalog-written': fact({
    shape: { reason: z.string(), catalog: z.string() },
    level: () => 'info',
    words: () => 'the catalogue of instance types was written',
  }),
  'catalog-failure': fact({ shape: { of: z.string() }, ...UNLOGGED }),
  reports: fact({
    shape: { presence },
    state: ({ presence: is }) => ['presence', is],
    level: ({ presence: is }) => (is === 'present' ? 'info' : 'warn'),
    words: ({ presence: is }) => REPORTS[is],
  }),
  'report-written': fact({ shape: { result: z.string() }, ...UNLOGGED }),
};

const NO_ROOM =
  'exempt NodePools that have no room in the policy fallback: their NodeClaims are judged as any other';

const FALLBACK: Readonly<Record<z.output<typeof presence>, string>> = {
  present: 'the policy fallback is there',
  absent: 'there is no policy fallback: while no webhook answers, nothing keeps NodeClaims out of a zone',
  unreadable:
    'the policy fallback cannot be read: it needs Kubernetes 1.30, and the right to list ValidatingAdmissionPolicies',
};

const BOUND: Readonly<Record<z.output<typeof binding>, string>> = {
  denies: 'the policy fallback is in force',
  audits: 'the policy fallback refuses nothing: its binding does not say Deny',
  absent: 'the policy fallback is not in force: it has no binding',
};

const REPORTS: Readonly<Record<z.output<typeof presence>, string>> = {
  present: 'reports of NodePools are kept',
  absent:
    'no report is written: the CRD of ClusterReports (openreports.io/v1alpha1) is not installed; it is looked for again',
  unreadable: 'no report is written: ClusterReports may not be listed; config/components/reports grants it',
};
