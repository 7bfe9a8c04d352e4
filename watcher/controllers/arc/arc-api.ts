import {
  type ARCZonalShiftClient,
  GetManagedResourceCommand,
  ListAutoshiftsCommand,
  ListZonalShiftsCommand,
} from '@aws-sdk/client-arc-zonal-shift';
import { askInTime } from '../../../shared/aws-sdk/ask-in-time.ts';
import { NoAnswer } from '../../../shared/aws-sdk/sdk-trouble.ts';
import type { ArcAnswer, Asked } from '../../../shared/record/arc-answer.ts';
import { type ArcPage, readAutoshiftPage, readManagedResource, readZonalShiftPage } from './arc-shapes.ts';
import { ArcApiError, type ArcQuestion, toArcApiError } from './arc-trouble.ts';

/** For all pages of an operation, with the SDK's retries: by then the next look at ARC is due. */
export const ARC_DEADLINE_MS = 10_000;
/** The most that ARC gives at once (ListAutoshifts, ListZonalShifts). */
const LARGEST_PAGE = 100;
/** 5,000 active shifts: no account has them, and a server that gives more is not ARC. */
const MOST_PAGES = 50;

/** The ARC Zonal Shift API of one Region, as far as we need it. */
export interface ArcApi {
  /**
   * Asks everything that there is to ask, side by side. Rejects only when the signal aborts, with its reason; what ARC
   * does not answer is in the answer, with the reason.
   */
  ask(signal: AbortSignal): Promise<ArcAnswer>;
  /** Ends the client's connections. */
  close(): void;
}

export interface ArcApiOptions {
  readonly client: ARCZonalShiftClient;
  /** The ARN of the EKS cluster; without it only the Region's autoshifts are asked for. */
  readonly resourceArn: string | undefined;
  /** In ms since 1970. */
  now(): number;
  /** How long each operation may take, `ARC_DEADLINE_MS` unless a test is in a hurry. */
  readonly deadlineMs?: number;
}

export function createArcApi(options: ArcApiOptions): ArcApi {
  const { client, resourceArn, now, deadlineMs = ARC_DEADLINE_MS } = options;

  const autoshifts = (abortSignal: AbortSignal) =>
    allPages(async (nextToken) => {
      const command = new ListAutoshiftsCommand({ status: 'ACTIVE', maxResults: LARGEST_PAGE, nextToken });
      return readAutoshiftPage(await client.send(command, { abortSignal }));
    });

  const zonalShifts = (resourceIdentifier: string) => (abortSignal: AbortSignal) =>
    allPages(async (nextToken) => {
      const command = new ListZonalShiftsCommand({
        resourceIdentifier,
        status: 'ACTIVE',
        maxResults: LARGEST_PAGE,
        nextToken,
      });
      return readZonalShiftPage(await client.send(command, { abortSignal }));
    });

  const managedResource = (resourceIdentifier: string) => async (abortSignal: AbortSignal) =>
    readManagedResource(
      await client.send(new GetManagedResourceCommand({ resourceIdentifier }), { abortSignal }),
    );

  return {
    async ask(signal) {
      const askedAtMs = now();
      const about = <T>(question: ArcQuestion, work: (limit: AbortSignal) => Promise<T>) =>
        asked(question, work, { signal, deadlineMs });
      const [region, list, resource] = await Promise.all([
        about({ operation: 'ListAutoshifts' }, autoshifts),
        resourceArn === undefined
          ? undefined
          : about({ operation: 'ListZonalShifts', resourceArn }, zonalShifts(resourceArn)),
        resourceArn === undefined
          ? undefined
          : about({ operation: 'GetManagedResource', resourceArn }, managedResource(resourceArn)),
      ]);
      return { askedAtMs, autoshifts: region, zonalShifts: list, resource };
    },
    close() {
      client.destroy();
    },
  };
}

async function allPages<Item>(
  pageAt: (nextToken: string | undefined) => Promise<ArcPage<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const page = await pageAt(token);
    items.push(...page.items);
    token = page.nextToken;
    if (token === undefined) return items;
    if (tokens.has(token))
      throw new NoAnswer('unreadable', 'a list that goes in circles: a token came twice');
    tokens.add(token);
  } while (tokens.size < MOST_PAGES);
  throw new NoAnswer('unreadable', `a list of more than ${MOST_PAGES} pages`);
}

async function asked<T>(
  question: ArcQuestion,
  work: (limit: AbortSignal) => Promise<T>,
  limits: { readonly signal: AbortSignal; readonly deadlineMs: number },
): Promise<Asked<T>> {
  try {
    return { ok: true, value: await askInTime(work, limits, (thrown) => toArcApiError(thrown, question)) };
  } catch (error) {
    if (!(error instanceof ArcApiError)) throw error;
    return { ok: false, trouble: error.trouble, error };
  }
}
