import { z } from 'zod';
import { describeIssues } from '../errors/schema-issues.ts';
import { messageOf } from '../errors/zonewarden-error.ts';
import { type AdmissionTokens, TOKEN_PATTERN } from './admission-tokens.ts';
import { type MarkKeyRing, MOST_MARK_KEYS } from './mark-key-ring.ts';

/** The Secret that holds them; docs/keys.md describes it. */
export const KEYS_SECRET_NAME = 'zonewarden-keys';

/** What the Secret holds. */
export interface Keys {
  readonly markKeys: MarkKeyRing;
  readonly tokens: AdmissionTokens;
}

/** One part of the Secret: read, absent (a new one is wanted), or damaged, with the reason. */
export type Reading<T> = { readonly value: T } | 'absent' | { readonly problem: string };

/** The Secret as it was read, part by part: what one of them is like says nothing of the other. */
export type KeysReading = { readonly [part in keyof Keys]: Reading<Keys[part]> };

/** The key in `data` of each part. */
const DATA_KEYS = { markKeys: 'mark-keys', tokens: 'admission-tokens' } as const;

const KEY_BYTES = 32;

const time = z.iso.datetime().transform((text) => Date.parse(text));

const markKeysSchema = z
  .array(
    z
      .object({
        id: z.string().regex(/^[0-9a-f]{8,64}$/),
        secret: z
          .base64()
          .transform((text): Uint8Array => Buffer.from(text, 'base64'))
          .refine((bytes) => bytes.length === KEY_BYTES, `not ${KEY_BYTES} bytes`),
        madeAt: time,
      })
      .transform(({ madeAt, ...key }) => ({ ...key, madeMs: madeAt })),
  )
  .min(1)
  .max(MOST_MARK_KEYS)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'an id stands twice');

const tokensSchema = z
  .array(
    z
      .object({ token: z.string().regex(TOKEN_PATTERN), madeAt: time })
      .transform(({ token, madeAt }) => ({ token, madeMs: madeAt })),
  )
  .min(1)
  .max(10);

/** Reads `data` of the Secret. What is wrong is said without what stands there: it may be half a key. */
export function decodeKeys(data: Readonly<Record<string, string>> | null | undefined): KeysReading {
  return {
    markKeys: readPart(data?.[DATA_KEYS.markKeys], markKeysSchema),
    tokens: readPart(data?.[DATA_KEYS.tokens], tokensSchema),
  };
}

/** The keys in `data` of the Secret that are ours; whatever else stands there is left alone. */
export function encodeKeys({ markKeys, tokens }: Keys): Record<string, string> {
  const madeAt = (madeMs: number) => new Date(madeMs).toISOString();
  return {
    [DATA_KEYS.markKeys]: encoded(
      markKeys.map(({ id, secret, madeMs }) => ({
        id,
        secret: Buffer.from(secret).toString('base64'),
        madeAt: madeAt(madeMs),
      })),
    ),
    [DATA_KEYS.tokens]: encoded(tokens.map(({ token, madeMs }) => ({ token, madeAt: madeAt(madeMs) }))),
  };
}

function readPart<T>(base64: string | undefined, schema: z.ZodType<T>): Reading<T> {
  if (base64 === undefined) return 'absent';
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(base64, 'base64').toString());
  } catch (error) {
    return { problem: `not JSON${error instanceof SyntaxError ? '' : `: ${messageOf(error)}`}` };
  }
  const read = schema.safeParse(json);
  return read.success ? { value: read.data } : { problem: describeIssues(read.error) };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}
