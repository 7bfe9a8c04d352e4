import { z } from 'zod';
import { DECISION_ACTIONS } from '../decision-record.ts';

/** The parts that every line has, and how the logger writes them. */
export const LINE = {
  level: z.string().describe('info, warn or error'),
  time: z.string().describe('When the line was written: RFC 3339, UTC'),
} as const;

const source = z.looseObject({
  id: z.string().describe('E.g. autoshift/region'),
  kind: z.string().describe('E.g. autoshift'),
  since: z.string().describe('Time of the event that started it, RFC 3339'),
});

const zone = z.looseObject({
  id: z.string().describe('Zone ID'),
  name: z.string().nullable().describe('Zone name in this account; null while nothing maps the ID'),
  state: z.string().describe('impaired or recovering; recorded in a shadow'),
  excluded: z.boolean().describe('The object was open to the zone, and is kept out of it'),
  sources: z.array(source).describe('Why the zone is impaired'),
});

const finding = z.looseObject({
  rule: z.string().describe('ID of the rule of the policy'),
  severity: z.enum(['deny', 'warn', 'audit']).describe('What follows from it'),
  message: z.string().describe('What was found'),
  fix: z.string().optional().describe('The cheapest change that would mend it'),
  path: z.string().optional().describe('Where it stands in the object'),
  found: z.number().optional().describe('What was counted'),
  needed: z.number().optional().describe('What is asked for'),
  lowered: z.string().optional().describe('Why it leads to less than the rule says'),
  exemption: z.string().optional().describe('The reason that an exemption gives'),
});

const words = z.array(z.string());

const shadow = z.looseObject({
  action: z.enum(DECISION_ACTIONS).describe('What would have been done'),
  rule: z.string().describe('The rule that would have decided'),
  message: z.string().optional().describe('What the writer of a refused object would have read'),
  zones: z.array(zone).describe('The zones that were taken for impaired and are not'),
  effective: words.optional().describe('The requirements on zones that would have been left'),
  notes: words.optional().describe('What else there is to know'),
  patchOperations: z.number().describe('Number of JSON patch operations that the answer would have had'),
});

/** One decision of the webhook. The reader's truth: what docs/audit.md says, with room for fields of later versions. */
export const decisionLineSchema = z
  .looseObject({
    ...LINE,
    component: z.literal('webhook'),
    event: z.literal('decision'),
    webhook: z.enum(['mutate', 'validate']).describe('Which of the two steps decided'),
    uid: z.string().describe('UID of the AdmissionRequest'),
    operation: z.string().describe('CREATE or UPDATE'),
    dryRun: z.boolean().describe('Nothing was stored'),
    kind: z.string().describe('NodePool or NodeClaim'),
    name: z.string().describe('Name of the object; its generateName while it has none'),
    username: z.string().describe('Who wrote, as the API server authenticated it'),
    fieldManager: z.string().optional().describe('E.g. kubectl-client-side-apply'),
    allowed: z.boolean().describe('Whether this step let the write through'),
    action: z.enum(DECISION_ACTIONS).describe('What the decision did'),
    rule: z.string().describe('The rule that decided'),
    message: z.string().optional().describe('The words that the writer of a refused object got'),
    setGeneration: z.number().describe('Generation of the impaired set that was decided by'),
    impairedZones: z.array(zone).describe('The zones of that set'),
    declared: words.optional().describe('The requirements on zones as their owner means them'),
    effective: words.optional().describe('The requirements on zones that this step leaves in the object'),
    notes: words.optional().describe('What else there is to know'),
    findings: z.array(finding).optional().describe('What the policy says of the object'),
    patchOperations: z.number().describe('Number of JSON patch operations in the answer'),
    shadow: shadow.optional().describe('What would have been decided if the recorded zones were impaired'),
    cut: words.optional().describe('Fields of which something was left out, because they are too long'),
    durationMs: z.number().describe('From the first byte of the request to the answer'),
  })
  .describe('A decision of the webhook about one write');
export type DecisionLine = z.output<typeof decisionLineSchema>;
