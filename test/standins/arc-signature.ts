import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Checks AWS Signature Version 4 as a service does, after AWS's description of it ("Create a signed AWS API request")
 * and with nothing of the SDK, so that it would not share a mistake with the SDK's signer.
 */

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** How far a client's clock may be off. */
const MOST_SKEW_MS = 5 * 60_000;

export interface SignedRequest {
  readonly method: string;
  /** As it stood in the request line: path and query, still encoded. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Expected {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly region: string;
  readonly service: string;
}

/** What a service says about a signature that it does not accept: the code for `x-amzn-errortype`, and why. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface Authorization {
  readonly accessKeyId: string;
  readonly scope: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** `undefined` for a request that is signed as it should be. */
export function refusalOf(request: SignedRequest, expected: Expected, nowMs: number): Refusal | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return refusal('MissingAuthenticationTokenException', 'no Authorization header');
  const given = parseAuthorization(header);
  if (given === undefined) return refusal('IncompleteSignatureException', `cannot be read: ${header}`);
  return (
    wrongIdentity(request, given, expected) ??
    wrongScope(request, given, expected) ??
    wrongTime(request, nowMs) ??
    wrongHeaders(request, given) ??
    wrongSignature(request, given, expected)
  );
}

function wrongIdentity(request: SignedRequest, given: Authorization, expected: Expected) {
  const token = request.headers['x-amz-security-token'];
  if (given.accessKeyId === expected.accessKeyId && token === expected.sessionToken) return undefined;
  return refusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
}

function wrongScope(request: SignedRequest, given: Authorization, expected: Expected) {
  const date = request.headers['x-amz-date']?.slice(0, 8) ?? '';
  const right = [date, expected.region, expected.service, 'aws4_request'];
  if (given.scope.join('/') === right.join('/')) return undefined;
  return refusal(
    'InvalidSignatureException',
    `Credential should be scoped to ${right.join('/')}, not ${given.scope.join('/')}`,
  );
}

function wrongTime(request: SignedRequest, nowMs: number) {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(request.headers['x-amz-date'] ?? '') ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at)) return refusal('IncompleteSignatureException', 'no x-amz-date');
  if (Math.abs(nowMs - at) <= MOST_SKEW_MS) return undefined;
  return refusal(
    'InvalidSignatureException',
    `Signature expired or not yet current: ${new Date(at).toISOString()}`,
  );
}

/** The host and everything of `x-amz-` has to be signed, or it could be exchanged on the way. */
function wrongHeaders(request: SignedRequest, given: Authorization) {
  const unsigned = Object.keys(request.headers)
    .filter((name) => name === 'host' || name.startsWith('x-amz-'))
    .filter((name) => !given.signedHeaders.includes(name));
  const order = [...given.signedHeaders].sort().join();
  if (unsigned.length === 0 && order === given.signedHeaders.join()) return undefined;
  return refusal('InvalidSignatureException', `not signed, or out of order: ${unsigned.join() || order}`);
}

function wrongSignature(request: SignedRequest, given: Authorization, expected: Expected) {
  const text = [
    ALGORITHM,
    request.headers['x-amz-date'],
    given.scope.join('/'),
    sha256(canonicalRequest(request, given.signedHeaders)),
  ].join('\n');
  const key = given.scope.reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${expected.secretAccessKey}`,
  );
  const right = hmac(key, text);
  const found = Buffer.from(given.signature, 'hex');
  if (found.length === right.length && timingSafeEqual(found, right)) return undefined;
  return refusal(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided.',
  );
}

/** What client and service both hash. */
export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '', query = ''] = request.target.split('?', 2);
  return [
    request.method,
    // Every service but S3 encodes what stands in the request line once more: `%3A` becomes `%253A`.
    path.split('/').map(encode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=', 2).map((part) => encode(decodeURIComponent(part))))
    .map(([name = '', value = '']) => `${name}=${value}`)
    .sort()
    .join('&');
}

function parseAuthorization(header: string): Authorization | undefined {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
      header,
    );
  if (found === null) return undefined;
  const [, accessKeyId = '', scope = '', signedHeaders = '', signature = ''] = found;
  return { accessKeyId, scope: scope.split('/'), signedHeaders: signedHeaders.split(';'), signature };
}

/** Everything but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const refusal = (code: string, message: string): Refusal => ({ code, message });
