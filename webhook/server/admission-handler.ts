import type { IncomingMessage, ServerResponse } from 'node:http';
import { auditAnnotations } from '../../shared/audit/audit-annotations.ts';
import { decisionRecord, type ShadowOutcome } from '../../shared/audit/decision-record.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { Logger } from '../../shared/process/logger.ts';
import type { NodePoolEvent } from '../admission/nodepool-event.ts';
import type { AdmissionState, WebhookName } from '../admission/outcome.ts';
import { type AdmissionRequest, decodeReview, encodeReview } from '../admission/review.ts';
import { shadowOutcome } from '../admission/shadow.ts';
import type { AdmissionPaths } from '../admission-path/admission-paths.ts';
import { deciderFor } from '../deciders/deciders.ts';
import type { RejectReason, WebhookMetrics } from '../metrics/webhook-metrics.ts';
import { deadlineOf } from './deadline.ts';
import { type Entry, Intake, type IntakeLimits } from './intake.ts';
import { createPolicyTelling, type PolicyTelling } from './policy-telling.ts';
import { MAX_BODY_BYTES, readBody } from './request-body.ts';

export interface AdmissionHandlerOptions {
  /** What to decide by; `undefined` while the record of impaired zones has not been read. */
  state(): AdmissionState | undefined;
  /** Tells the API server's requests from those of others, who are answered 404 and leave no trace but a count. */
  readonly paths: Pick<AdmissionPaths, 'stepOf' | 'stepAfterLook' | 'failed'>;
  /** Whether the caller has shown a certificate that is believed. Absent: none is asked for. */
  isCaller?(request: IncomingMessage): boolean;
  readonly metrics: WebhookMetrics;
  readonly log: Logger;
  /** Takes what is to be told of an object. It must neither wait nor throw. Absent: nobody is told. */
  tell?(events: readonly NodePoolEvent[]): void;
  /** For tests: finds the decider. */
  readonly deciderFor?: typeof deciderFor;
  /** For tests: how much is taken in at once. */
  readonly limits?: Partial<IntakeLimits>;
}

/** With or without parameters such as a charset; names of media types have no case (RFC 9110, 8.3.1). */
const JSON_TYPE = /^application\/json[\t ]*(?:;|$)/i;

/** Status and words of each way in which a request ends without a decision. */
const REJECTIONS: Readonly<Record<RejectReason, readonly [status: number, message: string]>> = {
  path: [404, 'zonewarden serves no admission on this path'],
  'client-certificate': [403, 'zonewarden takes AdmissionReviews with a client certificate of its CA only'],
  method: [405, 'zonewarden takes AdmissionReviews by POST'],
  'content-type': [415, 'zonewarden takes AdmissionReviews as application/json'],
  'too-large': [
    413,
    `the AdmissionReview is larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB, which no object that can be stored makes it`,
  ],
  busy: [503, 'zonewarden has as much to read as it has room for; try again in a second'],
  deadline: [408, 'the AdmissionReview did not arrive within its timeout'],
  undecodable: [400, 'zonewarden cannot read the request'],
  unsynced: [
    503,
    'zonewarden has not read the record of impaired zones yet and will not guess; try again in a second',
  ],
  aborted: [400, 'the request was aborted'],
};

/**
 * The handler of both admission paths. Every exit is an AdmissionReview: a decision with status 200, anything else
 * with an error status, so that the webhook's failurePolicy decides what becomes of the write.
 */
export function createAdmissionHandler(options: AdmissionHandlerOptions) {
  const { metrics } = options;
  const handling = { ...options, tellOfPolicies: createPolicyTelling(options) };
  const intake = new Intake(options.limits);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now();
    const webhook = await admitted(options, request, response);
    if (webhook === undefined) return;
    // Gone while it waited to be known: that is a failed call, and the end of its connection is not told again.
    if (response.destroyed) return options.paths.failed();
    // Only now: who is nobody takes no room from the API server.
    const entry = intake.enter();
    if (entry === undefined) return reject(options, response, 'busy');
    metrics.inFlight.inc();
    try {
      await handle(handling, webhook, entry, request, response, started);
    } catch (error) {
      fail(options, response, error);
    } finally {
      entry.leave();
      metrics.inFlight.dec();
    }
  };
}

interface Handling extends AdmissionHandlerOptions {
  readonly tellOfPolicies: PolicyTelling;
}

/** The step that the API server asks for. Who is not the API server is answered here. */
async function admitted(
  options: AdmissionHandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<WebhookName | undefined> {
  if (options.isCaller?.(request) === false) {
    reject(options, response, 'client-certificate');
    return undefined;
  }
  const [path = ''] = (request.url ?? '').split('?', 1);
  const webhook = options.paths.stepOf(path) ?? (await options.paths.stepAfterLook(path));
  if (webhook === undefined) reject(options, response, 'path');
  else if (webhook !== 'not-yet') return webhook;
  else {
    // Its body was not read, and would be taken for the next request.
    response.setHeader('Connection', 'close');
    reject(options, response, 'unsynced');
  }
  return undefined;
}

async function handle(
  options: Handling,
  webhook: WebhookName,
  entry: Entry,
  request: IncomingMessage,
  response: ServerResponse,
  started: number,
): Promise<void> {
  const [, query = ''] = (request.url ?? '').split('?', 2);
  const deadlineMs = deadlineOf(query);
  response.on('close', () => {
    // Nobody took the answer, or nobody waits for it any more.
    const isLate = performance.now() - started >= deadlineMs;
    if (isLate || !response.writableFinished) options.paths.failed();
  });
  if (request.method !== 'POST') return reject(options, response, 'method');
  if (!JSON_TYPE.test(request.headers['content-type'] ?? ''))
    return reject(options, response, 'content-type');
  const body = await readBody(request, deadlineMs, entry);
  if (!body.ok) return reject(options, response, body.reason);
  const state = options.state();
  // Nothing is made of a body that nobody can decide about.
  if (state === undefined) return reject(options, response, 'unsynced');
  const decoded = decodeReview(body.bytes);
  if (!decoded.ok) return reject(options, response, 'undecodable', decoded.uid, decoded.problem);
  try {
    decide(options, webhook, decoded.request, state, response, started);
  } catch (error) {
    fail(options, response, error, decoded.request);
  }
}

function decide(
  options: Handling,
  webhook: WebhookName,
  request: AdmissionRequest,
  state: AdmissionState,
  response: ServerResponse,
  started: number,
): void {
  const { metrics } = options;
  const decider = (options.deciderFor ?? deciderFor)(webhook, request);
  const outcome = decider(request, state);
  const { verdict, facts } = outcome;
  send(response, 200, encodeReview(request.uid, verdict, auditAnnotations(webhook, facts)));
  const durationMs = performance.now() - started;
  metrics.duration.observe({ webhook }, durationMs / 1000);
  const { kind } = request.kind;
  metrics.requests.inc({
    webhook,
    kind: knownKind(kind),
    operation: request.operation,
    action: facts.action,
  });
  // The answer is on its way: nobody waits for this.
  const shadow = shadowOf(options, response, () => shadowOutcome(webhook, decider, request, state), request);
  if (shadow !== undefined) metrics.shadow.inc({ kind: knownKind(kind), action: shadow.facts.action });
  // No words beside it: they would come under `message` and hide the reason of a refusal.
  options.log.info(
    decisionRecord(subjectOf(webhook, request), verdict, facts, state.set, durationMs, shadow),
  );
  options.tellOfPolicies(request, knownKind(kind), outcome);
}

/** A shadow that cannot be computed is a defect like any other, and takes nothing from the decision that was made. */
function shadowOf(
  options: AdmissionHandlerOptions,
  response: ServerResponse,
  compute: () => ShadowOutcome | undefined,
  request: AdmissionRequest,
): ShadowOutcome | undefined {
  try {
    return compute();
  } catch (error) {
    fail(options, response, error, request);
    return undefined;
  }
}

/** A defect of ours: an error for this request, with its uid where that is known, and the next one is served. */
function fail(
  { metrics, log }: AdmissionHandlerOptions,
  response: ServerResponse,
  error: unknown,
  request?: AdmissionRequest,
): void {
  metrics.panics.inc();
  const subject =
    request === undefined ? {} : { uid: request.uid, kind: request.kind.kind, name: request.name };
  log.error({ ...subject, error: stackOf(error) }, 'a decision failed; this is a defect in zonewarden');
  const verdict = { allowed: false, code: 500, message: panicMessage(error) };
  send(response, 500, encodeReview(request?.uid ?? '', verdict));
}

/** Kinds become label values: only those that we know, so that nobody can make series at will. */
function knownKind(kind: string): string {
  return kind === 'NodePool' || kind === 'NodeClaim' ? kind : 'other';
}

function subjectOf(webhook: WebhookName, request: AdmissionRequest) {
  return {
    webhook,
    uid: request.uid,
    operation: request.operation,
    dryRun: request.dryRun ?? false,
    kind: request.kind.kind,
    name: request.name ?? generateNameOf(request.object),
    username: request.userInfo.username ?? '',
    fieldManager: request.options?.fieldManager,
  };
}

/** A NodeClaim of Karpenter's has no name yet at mutating admission: `web-` stands for what it will be called. */
function generateNameOf(object: unknown): string {
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return '';
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null || !('generateName' in metadata)) return '';
  return typeof metadata.generateName === 'string' ? metadata.generateName : '';
}

function reject(
  { metrics }: AdmissionHandlerOptions,
  response: ServerResponse,
  reason: RejectReason,
  uid = '',
  detail?: string,
): void {
  metrics.rejected.inc({ reason });
  const [status, words] = REJECTIONS[reason];
  const message = detail === undefined ? words : `${words}: ${detail}`;
  // The API server tries again within the webhook's timeout when a 5xx has Retry-After (client-go rest/with_retry.go).
  if (reason === 'unsynced' || reason === 'busy') response.setHeader('Retry-After', '1');
  // What was not read of the body would be taken for the next request.
  if (reason !== 'undecodable' && reason !== 'unsynced') response.setHeader('Connection', 'close');
  send(response, status, encodeReview(uid, { allowed: false, code: status, message }));
}

function send(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

function panicMessage(error: unknown): string {
  return `zonewarden failed to decide (${messageOf(error)}); this is a defect, see its log for this uid`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}
