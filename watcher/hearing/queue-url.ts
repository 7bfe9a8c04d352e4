import { ZonewardenError } from '../../shared/errors/zonewarden-error.ts';

/** Domain names of AWS by partition, for addresses that are put together here (botocore, partitions). */
const SUFFIXES: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
  'aws-eusc': 'amazonaws.eu',
};
/** Hosts of AWS itself, dual-stack ones among them. Whatever else is a server of somebody's own, and may be anything. */
const AWS_HOST =
  /\.(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws|api\.amazonwebservices\.(?:com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;
const NAME = /^[\w-]{1,80}(?:\.fifo)?$/;
const WANTED = 'https://sqs.us-east-1.amazonaws.com/111122223333/zonewarden';
const FIND_OUT = 'aws sqs get-queue-url --queue-name';

/** A queue, as its URL names it. */
export interface QueueAddress {
  /** As the SDK is given it. */
  readonly url: string;
  /** Absent where the host does not tell it: a server of one's own, a name in somebody's DNS. */
  readonly region?: string;
  /** Who owns the queue. It need not be the account of the cluster: a hub account may hold the queues of many. */
  readonly account?: string;
}

export type QueueUrlErrorCode = 'queue.url-is-arn' | 'queue.url-is-name' | 'queue.url-invalid';

/** What was given for the URL of the queue is none. */
export class QueueUrlError extends ZonewardenError {
  constructor(code: QueueUrlErrorCode, message: string) {
    super(code, `${message} [${code}]`);
  }
}

const ARN = (message: string) => new QueueUrlError('queue.url-is-arn', message);
const NO_URL = (message: string) => new QueueUrlError('queue.url-invalid', message);

/**
 * Reads the URL of a queue, with the blanks around it that files bring along taken off.
 *
 * @throws QueueUrlError which says what was given instead, and what is wanted
 */
export function readQueueUrl(given: string): QueueAddress {
  const text = given.trim();
  const shown = JSON.stringify(text.slice(0, 200));
  if (text.startsWith('arn:')) throw ARN(aboutArn(text));
  if (NAME.test(text))
    throw new QueueUrlError(
      'queue.url-is-name',
      `${shown} is the name of a queue and not its URL; give the URL, such as ${WANTED}: ${FIND_OUT} ${text}`,
    );
  if (/^["'].*["']$/.test(text))
    throw NO_URL(`${shown} has quotes around it, which stay in a file of variables; take them off`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || /\s/.test(text) || !['http:', 'https:'].includes(url.protocol))
    throw NO_URL(`${shown} is no URL; give the URL of the queue, such as ${WANTED}`);
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    const queue = inConsoleLink(url);
    const instead = queue === undefined ? `such as ${WANTED}` : `which is ${queue}`;
    // A password that stands in it is not printed.
    throw NO_URL(
      `${url.host}${url.pathname} with more to it is not the address of a queue; give the URL alone, ${instead}`,
    );
  }
  if (!AWS_HOST.test(url.hostname)) return { url: text, ...ownServer(url) };
  return { url: text.replace(/\/$/, ''), ...awsQueue(url, shown) };
}

/** The link that the console shows has the URL at its end. */
function inConsoleLink({ hostname, hash }: URL): string | undefined {
  const [, encoded] = hostname.includes('console') ? (/#\/queues\/([^/]+)/.exec(hash) ?? []) : [];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded).slice(0, 300);
  } catch {
    return undefined;
  }
}

function aboutArn(text: string): string {
  const [, partition = '', service = '', region = '', account = '', name = ''] = text.split(':');
  const shown = text.slice(0, 200);
  if (service !== 'sqs')
    return `${shown} is the ARN of something of ${service || 'no service'} and of no queue; give the URL of the queue, such as ${WANTED}`;
  const suffix = SUFFIXES[partition];
  const isWhole = suffix !== undefined && region !== '' && /^\d{12}$/.test(account) && NAME.test(name);
  const wanted = isWhole
    ? `give its URL: https://sqs.${region}.${suffix}/${account}/${name}`
    : `give its URL, such as ${WANTED}`;
  return `${shown} is the ARN of the queue and not its URL; ${wanted}`;
}

/** `sqs.us-east-1.localhost:4566` (LocalStack, fauxqs) names a Region; any other address of one's own need not. */
function ownServer({ hostname, pathname }: URL): Omit<QueueAddress, 'url'> {
  const [service = '', region] = hostname.split('.');
  return { ...placeOf(/^sqs(?:-fips)?$/.test(service) ? region : undefined, pathname) };
}

function awsQueue(url: URL, shown: string): Omit<QueueAddress, 'url'> {
  const labels = url.hostname.split('.');
  const at = labels.findIndex((label) => /^(?:sqs(?:-fips)?|queue)$/.test(label));
  if (at === -1)
    throw NO_URL(
      `${shown} is an address of another service than SQS; give the URL of the queue, such as ${WANTED}`,
    );
  if (url.protocol !== 'https:')
    throw NO_URL(`${shown} is not encrypted; write https:// in the place of http://`);
  const [, account = '', name = '', ...more] = url.pathname.replace(/\/$/, '').split('/');
  if (!/^\d{12}$/.test(account) || !NAME.test(name) || more.length > 0)
    throw NO_URL(
      `${shown} names no queue: /<account of 12 digits>/<name of the queue> has to follow the host, as in ${WANTED}`,
    );
  // Names of old: queue.amazonaws.com is us-east-1, us-west-2.queue.amazonaws.com is the Region before it.
  const legacy = at === 0 ? 'us-east-1' : labels[at - 1];
  return placeOf(labels[at] === 'queue' ? legacy : labels[at + 1], url.pathname);
}

function placeOf(region: string | undefined, pathname: string): Omit<QueueAddress, 'url'> {
  const [, account = ''] = pathname.split('/');
  const isRegion = region !== undefined && /^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(region);
  return { ...(isRegion ? { region } : {}), ...(/^\d{12}$/.test(account) ? { account } : {}) };
}
