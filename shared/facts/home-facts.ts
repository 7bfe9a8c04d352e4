import { z } from 'zod';
import { fact, UNLOGGED } from './fact-row.ts';

const kind = z.enum(['region', 'zone', 'account', 'cluster']);
const words = z.string().nullable();

/** Where the cluster is, what comes that is of elsewhere, and what does not come. */
export const HOME_FACTS = {
  home: fact({
    shape: {
      region: words,
      regionFrom: words.describe('Why that is believed'),
      account: words,
      accountFrom: words,
      doubts: z.array(z.string()).describe('What says otherwise'),
    },
    state: (home) => ['home', home],
    level: ({ region, doubts }) => (region === null || doubts.length > 0 ? 'warn' : 'info'),
    words({ region, account, doubts }) {
      if (region === null) return HOME.nothing;
      if (doubts.length > 0) return HOME.doubts;
      return account === null ? HOME.noAccount : HOME.known;
    },
  }),
  /** Each one counts; `elsewhere-seen` tells it. */
  elsewhere: fact({ shape: { kind }, ...UNLOGGED }),
  'elsewhere-seen': fact({
    shape: {
      kind: kind.describe('By what it is of elsewhere'),
      where: z.string().describe('The Region, zone, account or ARN'),
      from: z.enum(['event', 'arc']),
    },
    events: ['elsewhere'],
    level: ({ kind: is, from }) => (is === 'cluster' || from === 'arc' ? 'warn' : 'info'),
    words: ({ kind: is, from }) => (from === 'arc' ? ARC_ELSEWHERE : ELSEWHERE[is]),
  }),
  'shift-without-event': fact({
    shape: {
      zoneId: z.string(),
      zone: z.string().optional(),
      kind: z.string(),
      since: z.string().describe('When it began, as ARC says'),
    },
    state: ({ zoneId, kind: what, since }) => [`${zoneId} ${what}`, since],
    level: () => 'warn',
    words: () =>
      'the queue is silent: ARC lists a shift, and no event told of it within 5 minutes; look at the EventBridge rule, the policy of the queue, and that of its KMS key',
  }),
};

const HOME = {
  nothing:
    'the Region of this cluster is not known: events of every Region count; set ZONEWARDEN_CLUSTER_ARN or ZONEWARDEN_AWS_REGION',
  doubts: 'the Region of this cluster, and what says otherwise: look which of them is wrong',
  noAccount:
    'the Region of this cluster; its account is not known: zonal shifts of every account count; set ZONEWARDEN_CLUSTER_ARN',
  known: 'the Region and the account of this cluster',
} as const;

const ELSEWHERE: Readonly<Record<z.output<typeof kind>, string>> = {
  region: 'events of another Region arrive here: they change nothing, are counted, and told once',
  zone: 'events about a zone of another Region arrive here: they change nothing, are counted, and told once',
  account:
    'events about resources of another account arrive here: they change nothing, are counted, and told once',
  cluster:
    'messages for another cluster arrive in this queue; if that cluster reads it too, each hears half: give each a queue of its own',
};

const ARC_ELSEWHERE =
  'ARC lists a zone of another Region, which changes nothing: it is asked in the wrong Region; correct ZONEWARDEN_AWS_REGION or ZONEWARDEN_CLUSTER_ARN';
