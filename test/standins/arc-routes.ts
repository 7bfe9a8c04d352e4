import type { ArcModel } from './arc-model.ts';

export type ArcOperation = 'ListAutoshifts' | 'ListZonalShifts' | 'GetManagedResource';

/** One answer over HTTP. */
export interface ArcReply {
  readonly status: number;
  /** Goes into `x-amzn-errortype`, where the SDKs look for the kind of an error. */
  readonly code?: string | undefined;
  readonly body: string;
}

/** What a request asks, before anybody looks whether it may. */
export interface ArcQuestion {
  readonly operation: ArcOperation;
  /** The last part of the path, decoded. */
  readonly label?: string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

export const HIGHEST_PAGE = 100;
const QUERIES: Readonly<Record<ArcOperation, readonly string[]>> = {
  ListAutoshifts: ['nextToken', 'status', 'maxResults'],
  ListZonalShifts: ['nextToken', 'status', 'maxResults', 'resourceIdentifier'],
  GetManagedResource: [],
};
const STATUSES: Readonly<Record<string, readonly string[]>> = {
  ListAutoshifts: ['ACTIVE', 'COMPLETED'],
  ListZonalShifts: ['ACTIVE', 'EXPIRED', 'CANCELED'],
};

/** What the request line asks; `undefined` for what this API does not have. */
export function questionOf(method: string, target: string): ArcQuestion | undefined {
  const [path = '', search = ''] = target.split('?', 2);
  const query = Object.fromEntries(new URLSearchParams(search));
  if (method !== 'GET') return undefined;
  if (path === '/autoshifts') return { operation: 'ListAutoshifts', query };
  if (path === '/zonalshifts') return { operation: 'ListZonalShifts', query };
  // An ARN with a slash that is not encoded would be two parts: the service does not find that.
  const [, label] = /^\/managedresources\/([^/]+)$/.exec(path) ?? [];
  if (label === undefined) return undefined;
  return { operation: 'GetManagedResource', label: decodeURIComponent(label), query };
}

export const failure = (status: number, code: string, message: string, more: object = {}): ArcReply => ({
  status,
  code,
  body: JSON.stringify({ message, ...more }),
});

const invalid = (reason: string, message: string) => failure(400, 'ValidationException', message, { reason });

/** Answers from the model, as the service's own description has it. */
export function replyTo(question: ArcQuestion, model: ArcModel, pages: ArcPages): ArcReply {
  const { operation, query, label } = question;
  const unknown = Object.keys(query).filter((name) => !QUERIES[operation].includes(name));
  if (unknown.length > 0) return invalid('MissingValue', `unknown in the query: ${unknown.join()}`);
  if (operation === 'GetManagedResource') return managedResource(model, label ?? '');
  const statuses = STATUSES[operation] ?? [];
  if (query.status !== undefined && !statuses.includes(query.status)) {
    return invalid('InvalidStatus', `status is one of ${statuses.join()}`);
  }
  const asked = Number(query.maxResults ?? HIGHEST_PAGE);
  if (!Number.isInteger(asked) || asked < 1 || asked > HIGHEST_PAGE) {
    return invalid('MissingValue', 'maxResults is 1 to 100');
  }
  const items = operation === 'ListAutoshifts' ? autoshifts(model, query) : zonalShifts(model, query);
  const page = pages.pageOf(items, asked, question);
  if (page === undefined) return invalid('InvalidToken', 'nextToken is not one of ours');
  return { status: 200, body: JSON.stringify(page) };
}

/** Without a status: the active ones. */
function autoshifts(model: ArcModel, { status = 'ACTIVE' }: ArcQuestion['query']): object[] {
  return model.autoshifts.filter((item) => item.status === status);
}

/** Without a status: all of them. Not whether one is applied: only GetManagedResource tells. */
function zonalShifts(model: ArcModel, { status, resourceIdentifier }: ArcQuestion['query']): object[] {
  return model.zonalShifts
    .filter((item) => status === undefined || item.status === status)
    .filter((item) => resourceIdentifier === undefined || item.resourceIdentifier === resourceIdentifier)
    .map(({ appliedStatus: _, ...item }) => item);
}

function managedResource(model: ArcModel, arn: string): ArcReply {
  const resource = model.managedResources.get(arn);
  if (resource === undefined) {
    return failure(404, 'ResourceNotFoundException', `${arn} is not registered`);
  }
  const shifts = model.zonalShifts
    .filter((item) => item.resourceIdentifier === arn && item.status === 'ACTIVE')
    .map(({ status: _, ...item }) => item);
  return { status: 200, body: JSON.stringify({ ...resource, zonalShifts: shifts }) };
}

/** Hands out tokens that say nothing, each good for the question for which it was given. */
export class ArcPages {
  /** The most that a page has, whatever is asked for: a test sets 1 to have many pages. */
  size: number = HIGHEST_PAGE;
  readonly #tokens = new Map<string, { readonly from: number; readonly question: string }>();

  pageOf(items: readonly object[], asked: number, { operation, query }: ArcQuestion) {
    const { nextToken, ...rest } = query;
    const question = JSON.stringify([operation, Object.entries(rest).sort()]);
    const begin = nextToken === undefined ? { from: 0, question } : this.#tokens.get(nextToken);
    if (begin === undefined || begin.question !== question) return undefined;
    const to = begin.from + Math.min(asked, this.size);
    const page = items.slice(begin.from, to);
    return to < items.length ? { items: page, nextToken: this.#give(to, question) } : { items: page };
  }

  /** With every character that has to be encoded in a query, and is encoded differently by different libraries. */
  #give(from: number, question: string): string {
    const token = `tok+/= &?#%~*'()!:@,;${this.#tokens.size} é`;
    this.#tokens.set(token, { from, question });
    return token;
  }
}
