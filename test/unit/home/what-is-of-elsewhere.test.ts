import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Concern, sortedOut } from '../../../shared/home/elsewhere.ts';
import { HOME_UNKNOWN, type Home, homeOf } from '../../../shared/home/home.ts';
import { ofHome } from '../../../shared/home/look-at-home.ts';
import type { ArcFact } from '../../../shared/record/arc-facts.ts';
import type { ZoneSignal } from '../../../shared/record/signal.ts';
import { sourceNamed } from '../../../shared/record/source-name.ts';
import { DEFAULT_ZONE_RULES, ruleFor } from '../../../shared/settings/zone-rules.ts';
import { readMessage } from '../../../watcher/hearing/read-message.ts';
import { event, message } from '../queue/messages.ts';

const US = '111122223333';
const THEM = '222233334444';
const ARN = `arn:aws:eks:us-east-1:${US}:cluster/ours`;
const HOME = homeOf({ clusterArn: ARN });
const REGION_ONLY = homeOf({ option: 'us-east-1' });

function signal(kind: string, scope: string, zoneId = 'use1-az1'): ZoneSignal {
  return { change: 'start', zoneId, source: sourceNamed(kind, scope), at: '2026-11-21T04:00:00Z' };
}

function reachOf(kind: string): Concern {
  return kind === 'autoshift' ? 'region' : 'account';
}

function sort(origin: { region?: string; account?: string }, one: ZoneSignal, home: Home = HOME) {
  const { signals, elsewhere, isElsewhere } = sortedOut(origin, [one], reachOf(one.source.kind), home);
  expect(isElsewhere).toBe(signals.length === 0);
  return [
    signals.map(({ source }) => source.id).join(),
    elsewhere.map(({ kind, where }) => `${kind} ${where}`).join(),
  ];
}

const NOTHING = 'nothing';
const alb = (account: string, region = 'us-east-1') =>
  `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/net/a/1`;
const cluster = (account: string, name: string, region = 'us-east-1') =>
  `arn:aws:eks:${region}:${account}:cluster/${name}`;

describe('of an event with one signal, what is left, and what is told to be of elsewhere', () => {
  const ours = { region: 'us-east-1', account: US };
  const theirs = { region: 'us-east-1', account: THEM };
  const far = { region: 'us-west-2', account: US };
  it.each<[string, { region?: string; account?: string }, ZoneSignal, string, string]>([
    ['ours', ours, signal('zonal-shift', ARN), `zonal-shift/${ARN}`, ''],
    ['an observer notification of ours', ours, signal('autoshift', 'region'), 'autoshift/region', ''],
    ['one of another account', theirs, signal('autoshift', 'region'), 'autoshift/region', ''],
    [
      "an autoshift of another account's resource is one of the Region",
      theirs,
      signal('autoshift', 'their-alb'),
      `autoshift/${THEM}/region`,
      '',
    ],
    ['the same by its ARN alone', {}, signal('autoshift', alb(THEM)), `autoshift/${THEM}/region`, ''],
    ['a shift of another account', theirs, signal('zonal-shift', 'their-alb'), NOTHING, `account ${THEM}`],
    ['a practice run there', theirs, signal('practice-run', 'x'), NOTHING, `account ${THEM}`],
    ['an experiment there', theirs, signal('fis-experiment', 'x'), NOTHING, `account ${THEM}`],
    ['a shift there by its ARN alone', ours, signal('zonal-shift', alb(THEM)), NOTHING, `account ${THEM}`],
    ['a cluster there', {}, signal('zonal-shift', cluster(THEM, 'ours')), NOTHING, `account ${THEM}`],
    ['our own cluster, whoever says so', theirs, signal('zonal-shift', ARN), `zonal-shift/${ARN}`, ''],
    ['another Region', far, signal('autoshift', 'region'), NOTHING, 'region us-west-2'],
    ['our cluster, said from another Region', far, signal('zonal-shift', ARN), NOTHING, 'region us-west-2'],
    ['a zone of another Region', ours, signal('autoshift', 'region', 'usw2-az1'), NOTHING, 'zone usw2-az1'],
    [
      'a Local Zone of another Region',
      {},
      signal('autoshift', 'region', 'usw2-lax1-az1'),
      NOTHING,
      'zone usw2-lax1-az1',
    ],
    ['a zone of no known Region', ours, signal('autoshift', 'region', 'xx1-az1'), 'autoshift/region', ''],
    [
      'a resource of another Region',
      ours,
      signal('zonal-shift', alb(US, 'us-west-2')),
      NOTHING,
      'region us-west-2',
    ],
    [
      'another cluster of ours is told, and left to whoever weighs it',
      ours,
      signal('zonal-shift', cluster(US, 'other')),
      `zonal-shift/${cluster(US, 'other')}`,
      `cluster ${cluster(US, 'other')}`,
    ],
    ['another resource of ours', ours, signal('zonal-shift', alb(US)), `zonal-shift/${alb(US)}`, ''],
    ['a name that is no ARN', ours, signal('zonal-shift', 'as-arc-says'), 'zonal-shift/as-arc-says', ''],
    ['no origin', {}, signal('zonal-shift', 'as-arc-says'), 'zonal-shift/as-arc-says', ''],
    ['what is no Region', { region: 'global' }, signal('autoshift', 'region'), 'autoshift/region', ''],
    ['what is no account', { account: 'me' }, signal('zonal-shift', 'x'), 'zonal-shift/x', ''],
  ])('%s', (_, origin, one, left, told) => {
    expect(sort(origin, one)).toEqual([left === NOTHING ? '' : left, told]);
  });

  it('where only the Region is known, no account is another', () => {
    expect(sort(theirs, signal('zonal-shift', 'x'), REGION_ONLY)).toEqual(['zonal-shift/x', '']);
    expect(sort(far, signal('zonal-shift', 'x'), REGION_ONLY)).toEqual(['', 'region us-west-2']);
  });

  it("the rules for the Region's autoshifts hold for what is told of another account's resource", () => {
    const [id = ''] = sort(theirs, signal('autoshift', 'their-alb'));
    const kinds = { ...DEFAULT_ZONE_RULES.kinds, 'observer-autoshift': 'record' } as const;
    expect(ruleFor({ ...DEFAULT_ZONE_RULES, kinds }, { id, kind: 'autoshift' })).toBe('record');
    expect(ruleFor({ ...DEFAULT_ZONE_RULES, scope: 'cluster' }, { id, kind: 'autoshift' })).toBe('ignore');
  });
});

describe('whatever comes', () => {
  const region = fc.constantFrom(undefined, 'us-east-1', 'us-west-2', 'xx-new-1', 'global', '');
  const account = fc.constantFrom(undefined, US, THEM, 'me');
  const scope = fc.constantFrom(
    'region',
    'a-name',
    ARN,
    alb(US),
    alb(THEM),
    cluster(US, 'b'),
    cluster(THEM, 'b'),
  );
  const kind = fc.constantFrom('autoshift', 'zonal-shift', 'practice-run');
  const zone = fc.constantFrom('use1-az1', 'usw2-az1', 'xx1-az1');
  const one = fc.tuple(kind, scope, zone).map(([what, of, at]) => signal(what, of, at));
  const many = fc.array(one, { minLength: 1, maxLength: 4 });

  it('is as it was where nobody knows where the cluster is', () => {
    fc.assert(
      fc.property(
        region,
        account,
        many,
        fc.constantFrom<Concern>('region', 'account'),
        (from, by, signals, reach) => {
          const origin = { region: from, account: by };
          const sorted = sortedOut(origin, signals, reach, HOME_UNKNOWN);
          expect(sorted).toEqual({ signals, elsewhere: [], isElsewhere: false });
        },
      ),
    );
  });

  it('leaves nothing that is surely of elsewhere, and tells why of each that goes', () => {
    fc.assert(
      fc.property(region, account, many, (from, by, signals) => {
        for (const each of signals) {
          const origin = { region: from, account: by };
          const { signals: left, elsewhere } = sortedOut(origin, [each], reachOf(each.source.kind), HOME);
          if (left.length === 0) expect(elsewhere).toHaveLength(1);
          for (const kept of left) expectOurs(kept, origin);
        }
      }),
    );
  });

  function expectOurs(
    { zoneId, source }: ZoneSignal,
    origin: { region?: string | undefined; account?: string | undefined },
  ) {
    expect(zoneId.startsWith('usw2')).toBe(false);
    expect(origin.region).not.toBe('us-west-2');
    expect(origin.region).not.toBe('xx-new-1');
    if (source.kind === 'autoshift' || source.id.endsWith(ARN)) return;
    expect(source.id).not.toContain(THEM);
    expect(origin.account).not.toBe(THEM);
  }
});

describe('a message', () => {
  const read = (members: Record<string, unknown>, home: Home = HOME) =>
    readMessage(message(JSON.stringify(event(members))), home);

  it('of another Region is noted, with its type, and asks for nothing', () => {
    expect(read({ region: 'us-west-2' })).toMatchObject({
      outcome: 'noted',
      type: 'aws.arc-zonal-shift Autoshift In Progress',
      signals: [],
      why: 'it is not of this cluster: region us-west-2',
      elsewhere: [{ kind: 'region', where: 'us-west-2' }],
    });
  });

  it('that would only ask for a look at ARC is noted where it is of elsewhere', () => {
    const update = { 'detail-type': 'Manual Shift Updated' };
    expect(read(update).outcome).toBe('look');
    expect(read({ ...update, account: THEM }).outcome).toBe('noted');
    expect(read({ ...update, region: 'us-west-2' }).outcome).toBe('noted');
    // What nobody here knows may concern everybody.
    expect(read({ 'detail-type': 'Autoshift Paused', account: THEM }).outcome).toBe('look');
    expect(read({ 'detail-type': 'Autoshift Completed', detail: {}, account: THEM }).outcome).toBe('look');
  });

  it('about several resources keeps what is ours', () => {
    const resources = [ARN, alb(THEM)];
    const one = read({ 'detail-type': 'Manual Shift Started', resources });
    expect(one).toMatchObject({ outcome: 'signals', elsewhere: [{ kind: 'account', where: THEM }] });
    expect(one.signals.map(({ source }) => source.id)).toEqual([`zonal-shift/${ARN}`]);
  });

  it('of CloudTrail is about the account that made the call', () => {
    const detail = {
      eventName: 'StartZonalShift',
      requestParameters: { awayFrom: 'use1-az1', resourceIdentifier: 'their-alb', expiresIn: '2h' },
    };
    const call = { 'detail-type': 'AWS API Call via CloudTrail', detail };
    expect(read({ ...call, account: US }).outcome).toBe('signals');
    expect(read({ ...call, account: THEM }).outcome).toBe('noted');
  });

  it('that cannot be read, or is foreign, is so wherever it is from', () => {
    expect(read({ region: 'us-west-2', detail: {} }).outcome).toBe('malformed');
    expect(read({ region: 'us-west-2', source: 'aws.ec2' }).outcome).toBe('foreign');
  });
});

it('a look at ARC is taken without the zones of another Region', () => {
  const fact = (zoneId: string): ArcFact => ({
    ...{
      zoneId,
      id: 'arc/autoshift/region',
      kind: 'autoshift',
      since: '2026-11-21T04:00:00Z',
      applied: true,
    },
  });
  const look = { askedAtMs: 0, region: [fact('use1-az1'), fact('usw2-az1')], resource: undefined };
  const { own, elsewhere } = ofHome(look, HOME);
  expect(own).toEqual({ ...look, region: [fact('use1-az1')] });
  expect(elsewhere).toEqual([{ kind: 'zone', where: 'usw2-az1' }]);
  expect(ofHome(look, HOME_UNKNOWN)).toEqual({ own: look, elsewhere: [] });
});
