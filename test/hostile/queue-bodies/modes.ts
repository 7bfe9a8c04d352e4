import type { HearingMode } from './hearing-scene.ts';

/** The ways in which a watcher hears: what ARC says beside the queue, and what the cluster's zones are. */
export const MODES: readonly (HearingMode & { readonly name: string })[] = [
  { name: 'ARC is asked', arc: true, resourceArn: 'arn:aws:eks:us-east-1:1:cluster/1', namesKnown: true },
  { name: 'ARC is asked, without an ARN', arc: true, resourceArn: undefined, namesKnown: true },
  { name: 'by events alone', arc: false, resourceArn: undefined, namesKnown: true },
  {
    name: 'by events alone, where nothing is known of zones, with a recovery delay',
    arc: false,
    resourceArn: undefined,
    namesKnown: false,
    rules: { recoveryDelayMs: 10 * 60_000 },
  },
];
