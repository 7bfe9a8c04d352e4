import { z } from 'zod';
import { codeOf, fact, UNLOGGED } from './fact-row.ts';

const names = z.array(z.string());
const counts = z.array(z.object({ zoneId: z.string(), count: z.number() }));

/** What the leader does to NodePools and Nodes, and what goes wrong in any part of the watcher. */
export const LEADER_FACTS = {
  leading: fact({
    shape: { leading: z.boolean(), lease: z.string(), identity: z.string() },
    level: () => 'info',
    words: ({ leading }) =>
      leading ? 'leading: cordoning Nodes and settling NodePools' : 'not leading any more',
  }),
  nudge: fact({
    shape: { nodePool: z.string(), result: z.string() },
    audit: 'A NodePool was nudged',
    // In vain, while no webhook answers, is every few seconds: the counter tells it.
    level: ({ result }) => (result === 'failed' ? undefined : result === 'unsettled' ? 'debug' : 'info'),
    words: () => 'a NodePool was nudged',
  }),
  settled: fact({
    shape: { generation: z.number(), unsettled: z.number(), ahead: z.number() },
    level: () => 'debug',
    words: () => 'looked at all NodePools',
  }),
  /** NodePools that hold more than is looked at, or that nobody can read. Each was told as a failure when it was seen. */
  unjudgeable: fact({ shape: { nodePools: names }, ...UNLOGGED }),
  /** They hold up nobody; each nudge of one was told. */
  stuck: fact({
    shape: { nodePools: names },
    state: ({ nodePools }) => ['stuck', nodePools.join()],
    level: ({ nodePools }) => (nodePools.length > 0 ? 'warn' : undefined),
    words: () =>
      'NodePools do not become what the record asks for, however often they are nudged; the others go on without them',
  }),
  protected: fact({
    shape: {
      generation: z.number(),
      receivedAt: z.string().describe('When the message was received'),
      durationMs: z.number(),
    },
    audit: 'A change of the record has reached the last NodePool',
    level: () => 'info',
    words: () => 'every NodePool is what the record asks for',
  }),
  recovered: fact({
    shape: { zoneId: z.string(), why: z.string() },
    level: () => 'info',
    words: () => 'a zone is back; the freeze goes',
  }),
  'node-written': fact({
    shape: {
      action: z.enum(['cordon', 'uncordon', 'forget', 'hold', 'release']),
      result: z.string(),
      node: z.string(),
      zoneId: z.string(),
      zone: z.string().optional(),
      why: z.string(),
    },
    events: ['cordon', 'uncordon', 'forget', 'hold', 'release'],
    eventOf: ({ action }) => action,
    level: ({ result }) => (result === 'failed' ? undefined : 'info'),
    words: ({ action, result }) => (result === 'done' ? NODE_WRITTEN[action] : NODE_NOT_WRITTEN),
  }),
  'nodes-cordoned': fact({ shape: { counts }, ...UNLOGGED }),
  'nodes-held': fact({ shape: { counts }, ...UNLOGGED }),
  'pools-thawed': fact({ shape: { counts }, ...UNLOGGED }),
  thawed: fact({
    shape: {
      zoneId: z.string(),
      zone: z.string().optional(),
      nodePools: z
        .number()
        .describe('How many need not be frozen for the zone, because their Nodes there are held'),
      waiting: z.record(z.string(), z.number()).describe('How many are frozen still, by what is waited for'),
    },
    state: ({ zoneId, nodePools, waiting }) => [zoneId, JSON.stringify([nodePools, waiting])],
    level: () => 'info',
    words: ({ waiting }) =>
      Object.keys(waiting).length === 0
        ? 'the Nodes of an impaired zone are held; no NodePool need be frozen for it'
        : 'NodePools are frozen until the Nodes of an impaired zone are held',
  }),
  shadow: fact({
    shape: {
      zoneId: z.string(),
      zone: z.string().optional(),
      sources: names,
      nodePools: z.number().describe('How many there are'),
      changed: z.number().describe('How many would be kept out of the zone'),
      names: names.describe('The first of them'),
      withoutZone: names.describe('Those of them that no zone would be left to'),
      noRoom: names.describe('Those from which the zone could not be taken'),
    },
    audit: 'A zone is recorded and not impaired: what would be changed if it were',
    state: ({ zoneId }) => [zoneId, true],
    level: () => 'info',
    words: () => 'a zone is recorded and nothing follows; this is what would be changed if it were impaired',
  }),
  expiring: fact({
    shape: {
      nodeClaim: z.string(),
      node: z.string().optional(),
      zoneId: z.string(),
      zone: z.string().optional(),
      at: z.string(),
    },
    state: ({ zoneId, nodeClaim }) => [`${zoneId} ${nodeClaim}`, true],
    level: () => 'warn',
    words: () => 'a node of an impaired zone expires during the shift; the freeze does not stop that',
  }),
  'expiring-nodes': fact({ shape: { counts }, ...UNLOGGED }),
  reconciled: fact({ shape: { controller: z.string(), durationMs: z.number() }, ...UNLOGGED }),
  /** Something failed, and is tried again. Each one counts. */
  failure: fact({
    shape: { part: z.string(), error: z.unknown() },
    events: ['trouble'],
    level: () => 'warn',
    words: () => 'trouble; trying again',
  }),
  /** The same, told once until it is over, which is told without an error. */
  trouble: fact({
    shape: { part: z.string(), error: z.unknown() },
    state: ({ part, error }) => [part, error === undefined ? '' : codeOf(error)],
    level: ({ error }) => (error === undefined ? undefined : 'warn'),
    words: () => 'trouble; trying again',
  }),
};

const NODE_WRITTEN = {
  cordon: 'a Node was cordoned',
  uncordon: 'a Node was uncordoned',
  forget: 'a Node was left as it is, and our mark taken from it',
  hold: 'a Node was marked so that Karpenter leaves it alone',
  release: "a Node is Karpenter's again",
} as const;
const NODE_NOT_WRITTEN = 'a Node was not written: somebody else changed it meanwhile; it is looked at again';
