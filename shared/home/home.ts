import { isRegionName, regionOfZoneId, regionOfZoneName } from './region-codes.ts';

/** What is believed, and why: for the log and the status page. */
export interface Believed {
  readonly is: string;
  readonly because: string;
}

/** Where the cluster is. What is absent is not known, and then nothing is foreign by it. */
export interface Home {
  readonly region?: Believed;
  readonly account?: Believed;
  /** The cluster's ARN, where it is configured. */
  readonly cluster?: string;
  /** What speaks against it, in words. */
  readonly doubts: readonly string[];
}

/** Before anything is known. */
export const HOME_UNKNOWN: Home = { doubts: [] };

/** What a zone is called, as far as somebody told it. */
export interface SaidZone {
  readonly zoneId?: string | undefined;
  readonly zoneName?: string | undefined;
}

/** What there is to learn from. */
export interface HomeEvidence {
  readonly clusterArn?: string | undefined;
  /** `--aws-region`. */
  readonly option?: string | undefined;
  /** `AWS_REGION`, which EKS sets in pods that have a role. */
  readonly environment?: string | undefined;
  /** Of the subnets of EC2NodeClasses. */
  readonly nodeClasses?: readonly SaidZone[] | undefined;
  /** Regions of Nodes. */
  readonly nodes?: readonly string[] | undefined;
  /** IDs of zones that ARC listed. */
  readonly arc?: readonly string[];
  /** Where ARC is asked, whoever said so. */
  readonly asked?: string | undefined;
  /** In the URL of the queue. */
  readonly queue?: string | undefined;
}

interface Witness {
  readonly because: string;
  readonly says: readonly (string | undefined)[];
  /** To say otherwise is no contradiction. */
  readonly mayDiffer?: true;
}

/**
 * Where the cluster is, by what there is to learn from. First what speaks of the cluster itself, last the queue: a hub
 * may hold the queues of other Regions. Labels and provider IDs of Nodes are written by their kubelets, so that they come
 * after what a person said, and say nothing where they differ. The account is in the cluster's ARN alone: the queue's and
 * the role's may be those of a hub. Pure.
 */
export function homeOf(evidence: HomeEvidence): Home {
  const { clusterArn } = evidence;
  const [, , , , account] = clusterArn?.split(':') ?? [];
  const told = witnesses(evidence).flatMap((witness) => {
    const regions = [...new Set(witness.says.filter((region) => region !== undefined))];
    return regions.length === 0 ? [] : [{ ...witness, regions }];
  });
  const holds = told.find(({ regions }) => regions.length === 1);
  const is = holds?.regions[0];
  const doubts = told.flatMap(({ because, regions, mayDiffer }) => {
    const others = regions.filter((region) => region !== is);
    return mayDiffer === true || others.length === 0 ? [] : [`${because}: ${regions.join(', ')}`];
  });
  return {
    ...(holds === undefined || is === undefined ? {} : { region: { is, because: holds.because } }),
    ...(account === undefined ? {} : { account: { is: account, because: ARN } }),
    ...(clusterArn === undefined ? {} : { cluster: clusterArn }),
    doubts,
  };
}

const ARN = "the cluster's ARN";

function witnesses(evidence: HomeEvidence): readonly Witness[] {
  const { clusterArn, nodeClasses, option, nodes, environment, arc, queue, asked } = evidence;
  return [
    { because: ARN, says: [regionNamed(clusterArn?.split(':')[3])] },
    { because: 'zones of EC2NodeClasses', says: (nodeClasses ?? []).map(regionOfZone) },
    { because: '--aws-region (ZONEWARDEN_AWS_REGION)', says: [regionNamed(option)] },
    { because: 'Nodes', says: nodes ?? [] },
    { because: 'AWS_REGION', says: [regionNamed(environment)] },
    { because: 'zones that ARC lists', says: (arc ?? []).map(regionOfZoneId) },
    { because: 'the URL of the queue', says: [regionNamed(queue)], mayDiffer: true },
    { because: 'the Region in which ARC is asked', says: [regionNamed(asked)] },
  ];
}

function regionNamed(text: string | undefined): string | undefined {
  return text !== undefined && isRegionName(text) ? text : undefined;
}

function regionOfZone({ zoneId = '', zoneName = '' }: SaidZone): string | undefined {
  return regionOfZoneName(zoneName) ?? regionOfZoneId(zoneId);
}
