import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2';
import type { Catalog, CatalogOrigin } from '../catalog/catalog.ts';
import type { InstanceTypeInfo, InstanceTypeOffering } from '../catalog/ec2-answers.ts';
import { catalogFromEc2, readInstanceTypes, readOfferings } from '../catalog/from-ec2.ts';
import { askInTime } from './ask-in-time.ts';
import { Ec2CatalogError, toEc2CatalogError } from './ec2-catalog-error.ts';

/** For all pages of both answers, with the SDK's retries: some 20 requests, usually within 10 s. */
export const FETCH_DEADLINE_MS = 120_000;
/** The SDK tries three times; a Region's first page is often throttled where Karpenter asks at the same minute. */
const ATTEMPTS = 5;
/** Of one answer; us-east-1 has 1,000 types and 5,000 offerings, on 10 pages and 5. Against one that never ends. */
const MOST_PAGES = 200;

export interface FetchEc2Options {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly signal: AbortSignal;
  /** RFC 3339. */
  readonly madeAt: string;
  /** `ec2` of the Region and with its zones unless the origin is another; without a Region no offerings are asked. */
  readonly origin?: CatalogOrigin;
  /** `FETCH_DEADLINE_MS` unless a test is in a hurry. */
  readonly deadlineMs?: number;
  /** For the client, besides Region and endpoint. */
  readonly client?: EC2ClientConfig;
}

/**
 * Asks EC2 for the instance types of a Region and in which zones it offers them: DescribeInstanceTypes and
 * DescribeInstanceTypeOfferings, all pages. The client is loaded at the first call: it takes 64 MB and a quarter of a
 * second.
 *
 * @throws Ec2CatalogError, CatalogUnreadableError, or the signal's reason when it aborts
 */
export async function fetchEc2Catalog(options: FetchEc2Options): Promise<Catalog> {
  const { region, endpoint, signal, madeAt, deadlineMs = FETCH_DEADLINE_MS } = options;
  const origin = options.origin ?? { source: 'ec2', madeAt, region };
  signal.throwIfAborted();
  const { EC2Client: Client } = await import('@aws-sdk/client-ec2');
  const client = new Client({
    maxAttempts: ATTEMPTS,
    ...options.client,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const asking = new Asking(client);
  const toError = (thrown: unknown) => toEc2CatalogError(thrown, asking.operation);
  try {
    const ask = (limit: AbortSignal) => asking.catalog(origin, limit);
    return await askInTime(ask, { signal, deadlineMs }, toError, 'no complete answer');
  } finally {
    client.destroy();
  }
}

interface Page<T> {
  readonly entries: readonly T[];
  readonly next: string | undefined;
}

/** One catalogue's questions. */
class Asking {
  /** What is being asked, for errors. */
  operation = 'DescribeInstanceTypes';
  readonly #client: EC2Client;

  constructor(client: EC2Client) {
    this.#client = client;
  }

  async catalog(origin: CatalogOrigin, abortSignal: AbortSignal): Promise<Catalog> {
    const instanceTypes = await this.#instanceTypes(abortSignal);
    if (origin.region === undefined) return catalogFromEc2(origin, { instanceTypes });
    return catalogFromEc2(origin, { instanceTypes, offerings: await this.#offerings(abortSignal) });
  }

  /** Without Karpenter's filters, which type-labels.ts applies to any source: they leave out the few Macs. */
  async #instanceTypes(abortSignal: AbortSignal): Promise<InstanceTypeInfo[]> {
    const { DescribeInstanceTypesCommand } = await import('@aws-sdk/client-ec2');
    return this.#allPages('DescribeInstanceTypes', async (NextToken) => {
      const answer = await this.#client.send(
        new DescribeInstanceTypesCommand({
          MaxResults: 100,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
        { abortSignal },
      );
      // Each page at once: of an answer of 10 MB a tenth is read.
      return { entries: readInstanceTypes(answer.InstanceTypes ?? []), next: answer.NextToken };
    });
  }

  async #offerings(abortSignal: AbortSignal): Promise<InstanceTypeOffering[]> {
    const { DescribeInstanceTypeOfferingsCommand } = await import('@aws-sdk/client-ec2');
    return this.#allPages('DescribeInstanceTypeOfferings', async (NextToken) => {
      const answer = await this.#client.send(
        new DescribeInstanceTypeOfferingsCommand({
          LocationType: 'availability-zone-id',
          MaxResults: 1000,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
        { abortSignal },
      );
      return { entries: readOfferings(answer.InstanceTypeOfferings ?? []), next: answer.NextToken };
    });
  }

  async #allPages<T>(operation: string, ask: (next: string | undefined) => Promise<Page<T>>): Promise<T[]> {
    this.operation = operation;
    const all: T[] = [];
    let next: string | undefined;
    let pages = 0;
    do {
      const page = await ask(next);
      all.push(...page.entries);
      pages += 1;
      if (pages > MOST_PAGES) {
        throw new Ec2CatalogError('unreadable', operation, `its answer does not end after ${pages} pages`);
      }
      next = page.next || undefined;
    } while (next !== undefined);
    return all;
  }
}
