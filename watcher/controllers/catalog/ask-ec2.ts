import { toEc2CatalogError } from '../../../shared/aws-sdk/ec2-catalog-error.ts';
import { fetchEc2Catalog } from '../../../shared/aws-sdk/fetch-ec2.ts';
import type { Catalog } from '../../../shared/catalog/catalog.ts';

/**
 * Asks EC2 for the catalogue of a Region; without one, of that which the AWS SDK finds by itself (environment, profile).
 *
 * @throws Ec2CatalogError, CatalogUnreadableError, or the signal's reason when it aborts
 */
export async function askEc2ForCatalog(
  { region, endpoint }: { readonly region: string | undefined; readonly endpoint: string | undefined },
  signal: AbortSignal,
): Promise<Catalog> {
  const madeAt = new Date().toISOString();
  return fetchEc2Catalog({ region: region ?? (await regionOfSdk()), endpoint, signal, madeAt });
}

async function regionOfSdk(): Promise<string> {
  const { EC2Client } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client({});
  try {
    return await client.config.region();
  } catch (thrown) {
    throw toEc2CatalogError(thrown, 'DescribeInstanceTypes');
  } finally {
    client.destroy();
  }
}
