import { z } from 'zod';
import { fetchEc2Catalog } from '../../shared/aws-sdk/fetch-ec2.ts';
import { bundledCatalog } from '../../shared/catalog/bundled.ts';
import { type Catalog, describeCatalog } from '../../shared/catalog/catalog.ts';
import { catalogFromAwsCli } from '../../shared/catalog/from-aws-cli.ts';
import { catalogFromKarpenterMetrics } from '../../shared/catalog/from-karpenter-metrics.ts';
import type { CommandContext } from '../input/command-context.ts';
import { readZoneMap } from '../zones/named-zones.ts';
import { catalogJson, writeCatalogFile } from './catalog-file.ts';
import { CatalogUsageError } from './catalog-usage-error.ts';
import { readSourceTexts, type SourceText } from './source-texts.ts';

/** Where a catalogue can be made from. */
export const IMPORT_SOURCES = ['ec2', 'aws-cli', 'karpenter-metrics'] as const;

export const importSchema = z.object({
  from: z.enum(IMPORT_SOURCES),
  region: z.string().min(1).optional(),
  endpointUrl: z.string().optional(),
  zoneMap: z.array(z.string()).default([]),
  output: z.string().min(1).optional(),
});
export type ImportOptions = z.output<typeof importSchema>;

/**
 * `catalog import`: makes a catalogue and writes it to a file, or to standard output.
 *
 * @throws CatalogUsageError, CatalogUnreadableError, CheckError for `--zone-map`, Ec2CatalogError
 */
export async function importCatalog(
  files: readonly string[],
  options: ImportOptions,
  around: CommandContext,
): Promise<void> {
  refuseWhatDoesNotGoTogether(files, options);
  const catalog = await make(files, options, around);
  if (options.output === undefined) return around.output.write('out', catalogJson(catalog));
  writeCatalogFile(options.output, catalog);
  around.output.say(`${options.output}: ${describeCatalog(catalog)}, ${zonesInWords(catalog)}`);
}

function refuseWhatDoesNotGoTogether(
  files: readonly string[],
  { from, region, endpointUrl, zoneMap }: ImportOptions,
): void {
  const wrong =
    from === 'ec2'
      ? [
          region === undefined && '--from ec2 asks one Region: give --region, such as us-east-1',
          files.length > 0 && `--from ec2 reads no files: take ${files[0]} away, or say --from aws-cli`,
        ]
      : [
          files.length === 0 && `--from ${from} reads files: name them, or - for standard input`,
          from === 'karpenter-metrics' &&
            files.length > 1 &&
            '--from karpenter-metrics reads one page of metrics: give that of the Karpenter that leads',
          endpointUrl !== undefined && '--endpoint-url goes with --from ec2 only',
        ];
  const mapped =
    from !== 'karpenter-metrics' &&
    zoneMap.length > 0 &&
    '--zone-map goes with --from karpenter-metrics only: EC2 tells zone IDs';
  const first = [...wrong, mapped].find((text) => text !== false);
  if (first !== undefined) throw new CatalogUsageError(first);
}

async function make(
  files: readonly string[],
  options: ImportOptions,
  { input, nowMs }: CommandContext,
): Promise<Catalog> {
  const { from, endpointUrl } = options;
  const region = options.region === undefined ? {} : { region: options.region };
  if (from === 'ec2') {
    return fetchEc2Catalog({
      region: options.region ?? '',
      endpoint: endpointUrl,
      signal: new AbortController().signal,
      madeAt: new Date(nowMs).toISOString(),
    });
  }
  const texts = await readSourceTexts(files, input, nowMs);
  const madeAt = writtenAt(texts, nowMs);
  if (from === 'aws-cli') return catalogFromAwsCli({ madeAt, ...region }, texts);
  const zones = options.zoneMap.length === 0 ? {} : { zones: readZoneMap(options.zoneMap) };
  const text = texts.map((one) => one.text).join('\n');
  return catalogFromKarpenterMetrics(madeAt, text, { known: bundledCatalog(), ...zones, ...region });
}

/** The oldest file tells the age of the facts. */
function writtenAt(texts: readonly SourceText[], nowMs: number): string {
  return new Date(Math.min(nowMs, ...texts.map(({ writtenMs }) => writtenMs))).toISOString();
}

/** `offered in use1-az1, use1-az2`, or what it means that nothing is known of zones. */
export function zonesInWords({ offerings }: Catalog): string {
  return offerings === undefined
    ? 'without zones, so that what is counted in it is an upper bound'
    : `offered in ${offerings.zoneIds.join(', ')}`;
}
