import { readQueueUrl } from './queue-url.ts';

/** What the hosts of a partition end with; all others are `aws`. */
const PARTITIONS: readonly (readonly [string, RegExp])[] = [
  ['aws-cn', /\.(?:amazonaws|api\.amazonwebservices)\.com\.cn$/],
  ['aws-eusc', /\.(?:amazonaws|api\.amazonwebservices)\.eu$/],
  ['aws-iso', /\.c2s\.ic\.gov$/],
  ['aws-iso-b', /\.sc2s\.sgov\.gov$/],
  ['aws-iso-e', /\.cloud\.adc-e\.uk$/],
  ['aws-iso-f', /\.csp\.hci\.ic\.gov$/],
];

/** The ARN of a queue, which policies name it by; `undefined` where the URL does not tell Region or account. */
export function queueArnOf(queueUrl: string): string | undefined {
  const { region, account } = readQueueUrl(queueUrl);
  if (region === undefined || account === undefined) return undefined;
  const { hostname, pathname } = new URL(queueUrl);
  const [found] = PARTITIONS.find(([, ending]) => ending.test(hostname)) ?? [];
  const partition = found ?? (region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws');
  return `arn:${partition}:sqs:${region}:${account}:${pathname.split('/').at(-1)}`;
}
