import { z } from 'zod';
import type { NamedZone } from '../../catalog/matches.ts';
import { readObject } from './read-object.ts';

/** What rules read of an EC2NodeClass, or of Auto Mode's NodeClass; a part that cannot be read counts as missing. */
export interface NodeClassFacts {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly amiFamily: string | undefined;
  /** `al2023@latest`, `bottlerocket@v1.20.3`. */
  readonly amiAliases: readonly string[];
  /** Zones of `status.subnets`; `undefined` where there is no status, as in a file from Git. */
  readonly zones: readonly NamedZone[] | undefined;
  /** Whether Karpenter has said anything of it, as it has of every one in a cluster, and of none in a file. */
  readonly hasStatus: boolean;
  readonly hasReservations: boolean;
}

const text = z.string().optional().catch(undefined);
const words = z.record(z.string(), z.string()).catch({});

const schema = z.object({
  apiVersion: z.string().catch(''),
  kind: z.string().catch(''),
  metadata: z
    .object({ name: z.string().catch(''), labels: words, annotations: words })
    .catch({ name: '', labels: {}, annotations: {} }),
  spec: z
    .object({
      amiFamily: text,
      amiSelectorTerms: z.array(z.object({ alias: text })).catch([]),
      capacityReservationSelectorTerms: z.array(z.unknown()).catch([]),
    })
    .catch({ amiFamily: undefined, amiSelectorTerms: [], capacityReservationSelectorTerms: [] }),
  status: z
    .object({
      subnets: z
        .array(z.object({ zone: z.string().catch(''), zoneID: z.string().catch('') }))
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** Reads a NodeClass, whatever its shape. Never throws. */
export function nodeClassFacts(object: unknown): NodeClassFacts {
  const { apiVersion, kind, metadata, spec, status } = readObject(schema, object);
  return {
    group: apiVersion.split('/')[0] ?? '',
    kind,
    ...metadata,
    amiFamily: spec.amiFamily,
    amiAliases: spec.amiSelectorTerms.flatMap(({ alias }) => alias ?? []),
    zones: status?.subnets === undefined ? undefined : zonesOf(status.subnets),
    hasStatus: status !== undefined,
    hasReservations: spec.capacityReservationSelectorTerms.length > 0,
  };
}

/** Whether its nodes run Windows; Karpenter then takes amd64 types only (getOS in its AWS provider). */
export function runsWindows({ amiFamily = '', amiAliases }: NodeClassFacts): boolean {
  return [amiFamily, ...amiAliases].some((name) => name.toLowerCase().startsWith('windows'));
}

function zonesOf(subnets: readonly { readonly zone: string; readonly zoneID: string }[]): NamedZone[] {
  const byId = new Map<string, NamedZone>();
  for (const { zone, zoneID } of subnets) byId.set(`${zoneID} ${zone}`, { id: zoneID, name: zone });
  return [...byId.values()].sort((a, b) => `${a.id} ${a.name}`.localeCompare(`${b.id} ${b.name}`));
}
