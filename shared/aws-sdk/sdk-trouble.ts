import { z } from 'zod';
import { describeIssues } from '../errors/schema-issues.ts';
import { messageOf } from '../errors/zonewarden-error.ts';

/** Why a question to an API of AWS has no answer, as far as it is the same for all of them. */
export type SdkTrouble = 'denied' | 'throttled' | 'unavailable' | 'no-endpoint' | 'unreadable';

/** Thrown by ourselves: nothing came in time, or what can't be the whole truth, e.g. pages without an end. */
export class NoAnswer extends Error {
  readonly trouble: SdkTrouble;

  constructor(trouble: SdkTrouble, happened: string, options?: ErrorOptions) {
    super(happened, options);
    this.trouble = trouble;
  }
}

/** As the SDK and Node throw: everything that tells what went wrong is optional. */
const thrownSchema = z.object({
  name: z.string().catch(''),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});
export type Thrown = z.infer<typeof thrownSchema>;

type Rule<T> = readonly [T, (thrown: Thrown, status: number) => boolean];

/** What differs between the APIs. */
export interface SdkErrorNames<T extends string> {
  /** Names of errors that are about who asks; some come with 400. */
  readonly denied: readonly string[];
  readonly throttled: readonly string[];
  /** Looked at after those two, and before what is the same for all. */
  readonly own?: readonly Rule<T>[];
}

/**
 * What was thrown while an API of AWS was asked: which trouble that is, and in words. What no rule knows is
 * `unavailable`: nothing is known, and it is asked again.
 */
export function sdkTroubleOf<T extends string>(
  thrown: unknown,
  names: SdkErrorNames<T>,
): { readonly trouble: SdkTrouble | T; readonly happened: string } {
  if (thrown instanceof NoAnswer) return { trouble: thrown.trouble, happened: thrown.message };
  if (thrown instanceof z.ZodError)
    return { trouble: 'unreadable', happened: `the answer cannot be read: ${describeIssues(thrown)}` };
  const read = thrownSchema.safeParse(thrown);
  if (!read.success) return { trouble: 'unavailable', happened: messageOf(thrown) };
  const status = read.data.$metadata?.httpStatusCode ?? 0;
  const [trouble] = rulesOf(names).find(([, applies]) => applies(read.data, status)) ?? ['unavailable'];
  return { trouble, happened: inWords(read.data, status) };
}

/** Each rule in its turn. */
function rulesOf<T extends string>(names: SdkErrorNames<T>): readonly Rule<SdkTrouble | T>[] {
  return [
    ['throttled', ({ name }, status) => names.throttled.includes(name) || status === 429],
    ['denied', ({ name }, status) => names.denied.includes(name) || status === 401 || status === 403],
    ...(names.own ?? []),
    ['no-endpoint', ({ name, code }) => name === 'EndpointError' || code === 'ENOTFOUND'],
    // The SDK's words where no Region is configured, or one that is no part of a host name.
    ['no-endpoint', ({ message }) => /^Region (?:is missing|not accepted)/.test(message)],
    // Something else answers at this address.
    ['no-endpoint', (_, status) => status === 404],
    // The answer came, and then the SDK failed to read it.
    ['unreadable', (_, status) => status >= 200 && status < 300],
  ];
}

/** The SDK appends a second line for its developers. */
function inWords({ name, message, code }: Thrown, status: number): string {
  const [line = ''] = message.split('\n');
  const kind = [...new Set([name, code])].filter(
    (part) => part !== undefined && !['', 'Error'].includes(part),
  );
  const what = [kind.join(' '), line].filter((part) => part !== '').join(': ');
  return status === 0 ? what : `answered ${status}, ${what}`;
}
