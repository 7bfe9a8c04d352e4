import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueArnOf } from '../../../watcher/hearing/queue-arn.ts';
import { QueueUrlError, readQueueUrl } from '../../../watcher/hearing/queue-url.ts';

const AT = '/111122223333/zonewarden';
const account = '111122223333';

function refusal(given: string): QueueUrlError {
  try {
    readQueueUrl(given);
  } catch (error) {
    if (error instanceof QueueUrlError) return error;
    throw error;
  }
  throw new Error(`${given} was taken`);
}

describe('the URL of a queue is taken, with the Region and the account that it names', () => {
  it.each([
    ['of AWS', `https://sqs.us-east-1.amazonaws.com${AT}`, 'us-east-1'],
    ['of a FIPS endpoint', `https://sqs-fips.us-west-2.amazonaws.com${AT}`, 'us-west-2'],
    ['of GovCloud', `https://sqs.us-gov-west-1.amazonaws.com${AT}`, 'us-gov-west-1'],
    ['of China', `https://sqs.cn-northwest-1.amazonaws.com.cn${AT}`, 'cn-northwest-1'],
    ['of the European Sovereign Cloud', `https://sqs.eusc-de-east-1.amazonaws.eu${AT}`, 'eusc-de-east-1'],
    ['of a dual-stack endpoint', `https://sqs.eu-central-1.api.aws${AT}`, 'eu-central-1'],
    ['of a VPC endpoint', `https://vpce-0a1b2c3d-x5y6z7.sqs.eu-west-1.vpce.amazonaws.com${AT}`, 'eu-west-1'],
    [
      'of a VPC endpoint in one zone',
      `https://vpce-0a1b2c3d-x5y6z7-eu-west-1a.sqs.eu-west-1.vpce.amazonaws.com${AT}`,
      'eu-west-1',
    ],
    ['of old, in us-east-1', `https://queue.amazonaws.com${AT}`, 'us-east-1'],
    ['of old', `https://ap-south-1.queue.amazonaws.com${AT}`, 'ap-south-1'],
    ['of LocalStack', `http://sqs.us-east-1.localhost.localstack.cloud:4566${AT}`, 'us-east-1'],
    ['of fauxqs', `http://sqs.us-east-1.localhost:4566${AT}`, 'us-east-1'],
    ['of a server of one’s own', `http://localhost:4566${AT}`, undefined],
    ['of a name in one’s own DNS', `https://sqs.internal.example.com${AT}`, undefined],
  ])('%s', (_, url, region) => {
    expect(readQueueUrl(url)).toEqual({ url, ...(region === undefined ? {} : { region }), account });
  });

  it('of a server that knows no accounts', () => {
    expect(readQueueUrl('http://127.0.0.1:4566/queue')).toEqual({ url: 'http://127.0.0.1:4566/queue' });
  });

  it('that names no Region or no account has no ARN', () => {
    expect(queueArnOf(`http://localhost:4566${AT}`)).toBeUndefined();
    expect(queueArnOf('http://sqs.us-east-1.localhost:4566/queue')).toBeUndefined();
  });

  it('with blanks and a line break around it, and a slash at its end', () => {
    const url = `https://sqs.us-east-1.amazonaws.com${AT}`;
    for (const given of [` ${url}`, `${url} `, `${url}\r\n`, `\t${url}/\n`])
      expect(readQueueUrl(given)).toEqual({ url, region: 'us-east-1', account });
  });

  it('of a FIFO queue', () => {
    const url = 'https://sqs.us-east-1.amazonaws.com/111122223333/zonewarden.fifo';
    expect(readQueueUrl(url).url).toBe(url);
  });
});

describe('an ARN is refused, with the URL that it stands for', () => {
  it.each([
    ['aws', 'us-east-1', 'amazonaws.com'],
    ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
    ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
    ['aws-iso', 'us-iso-east-1', 'c2s.ic.gov'],
    ['aws-eusc', 'eusc-de-east-1', 'amazonaws.eu'],
  ])('of %s', (partition, region, suffix) => {
    const { code, message } = refusal(`arn:${partition}:sqs:${region}:${account}:zonewarden`);
    expect(code).toBe('queue.url-is-arn');
    const [, printed = ''] = /give its URL: (\S+)/.exec(message) ?? [];
    expect(printed).toBe(`https://sqs.${region}.${suffix}${AT}`);
    expect(readQueueUrl(printed)).toMatchObject({ region, account });
    expect(queueArnOf(printed)).toBe(`arn:${partition}:sqs:${region}:${account}:zonewarden`);
  });

  it.each([
    ['of a topic', 'arn:aws:sns:us-east-1:111122223333:zonal-shift', 'something of sns'],
    ['of a rule', 'arn:aws:events:us-east-1:111122223333:rule/zonewarden', 'something of events'],
    ['of nothing', 'arn:', 'something of no service'],
  ])('%s: it is none of a queue', (_, arn, words) => {
    expect(refusal(arn)).toMatchObject({ code: 'queue.url-is-arn' });
    expect(refusal(arn).message).toContain(words);
  });

  it('that is cut: the form that is wanted', () => {
    expect(refusal('arn:aws:sqs:us-east-1').message).toContain('give its URL, such as https://sqs.');
  });
});

describe('what else is no URL of a queue is refused, with what is wrong and the form that is wanted', () => {
  it('the name of a queue: how to find its URL', () => {
    const { code, message } = refusal('zonewarden');
    expect(code).toBe('queue.url-is-name');
    expect(message).toContain('aws sqs get-queue-url --queue-name zonewarden');
  });

  it.each([
    ['quotes', `"https://sqs.us-east-1.amazonaws.com${AT}"`, 'quotes'],
    ['no scheme', `sqs.us-east-1.amazonaws.com${AT}`, 'is no URL'],
    ['another scheme', `ftp://sqs.us-east-1.amazonaws.com${AT}`, 'is no URL'],
    ['two of them', `https://sqs.us-east-1.amazonaws.com${AT} https://b/`, 'is no URL'],
    ['nothing', ' ', 'is no URL'],
    ['no encryption', `http://sqs.us-east-1.amazonaws.com${AT}`, 'write https://'],
    ['no queue', 'https://sqs.us-east-1.amazonaws.com', 'names no queue'],
    ['no account', 'https://sqs.us-east-1.amazonaws.com/zonewarden', 'names no queue'],
    [
      'a placeholder for the account',
      'https://sqs.us-east-1.amazonaws.com/<account>/zonewarden',
      'names no queue',
    ],
    ['more than a queue', `https://sqs.us-east-1.amazonaws.com${AT}/x`, 'names no queue'],
    ['another service', `https://sns.us-east-1.amazonaws.com${AT}`, 'another service'],
    ['a query', `https://sqs.us-east-1.amazonaws.com${AT}?Action=ReceiveMessage`, 'the URL alone'],
  ])('%s', (_, given, words) => {
    expect(refusal(given)).toMatchObject({ code: 'queue.url-invalid' });
    expect(refusal(given).message).toContain(words);
  });

  it('the link of the console: the URL that it stands for', () => {
    const url = `https://sqs.us-east-1.amazonaws.com${AT}`;
    const link = 'https://us-east-1.console.aws.amazon.com/sqs/v3/home?region=us-east-1#/queues/';
    expect(refusal(link + encodeURIComponent(url)).message).toContain(`which is ${url} `);
    expect(refusal(`${link}%E0%A4%A`).message).toContain('such as https://sqs.');
  });

  it('a password in it is not printed', () => {
    const { message } = refusal(`https://me:hunter2@sqs.us-east-1.amazonaws.com${AT}`);
    expect(message).not.toContain('hunter2');
    expect(message).toContain('the URL alone');
  });
});

it('whatever is given is taken or refused in one line of bounded length', () => {
  const part = fc.constantFrom(
    'arn:',
    'aws',
    ':',
    'sqs',
    '.',
    'https://',
    '/',
    AT,
    'amazonaws.com',
    '@',
    '#',
  );
  const given = fc.array(fc.oneof(part, fc.string({ unit: 'binary' })), { maxLength: 12 });
  fc.assert(
    fc.property(
      given.map((parts) => parts.join('')),
      (text) => {
        try {
          expect(readQueueUrl(text).url).not.toMatch(/\s/);
        } catch (error) {
          if (!(error instanceof QueueUrlError)) throw error;
          expect(error.message.length).toBeLessThan(2000);
          expect(error.message).not.toContain('\n');
        }
      },
    ),
  );
});
