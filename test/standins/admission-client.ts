import { Agent, request as httpsRequest } from 'node:https';
import jsonpatch from 'fast-json-patch';
import { z } from 'zod';

/**
 * Stands in for the API server as a caller of webhooks: HTTP/1.1 over TLS with kept connections, and as strict about
 * answers as apiserver pkg/admission/plugin/webhook/request/admissionreview.go is.
 */

const operations = z.array(
  z.discriminatedUnion('op', [
    z.strictObject({ op: z.literal('add'), path: z.string(), value: z.json() }),
    z.strictObject({ op: z.literal('replace'), path: z.string(), value: z.json() }),
    z.strictObject({ op: z.literal('remove'), path: z.string() }),
  ]),
);
export type PatchOperations = z.infer<typeof operations>;

const answerSchema = z.strictObject({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  response: z
    .strictObject({
      uid: z.string(),
      allowed: z.boolean(),
      status: z.strictObject({ code: z.int().min(200).max(599), message: z.string().min(1) }).optional(),
      warnings: z.array(z.string().min(1).max(255)).nonempty().optional(),
      patchType: z.literal('JSONPatch').optional(),
      patch: z.base64().optional(),
      // Names as Kubernetes has them, behind the name of the webhook (apimachinery IsQualifiedName).
      auditAnnotations: z
        .record(z.string().regex(/^[a-z]([a-z-]{0,61}[a-z])?$/), z.string().min(1).max(1000))
        .optional(),
    })
    .refine((answer) => (answer.patch === undefined) === (answer.patchType === undefined), {
      error: 'patch and patchType come both or not at all',
    })
    .refine((answer) => answer.allowed || answer.status !== undefined, {
      error: 'a refusal says why',
    })
    .refine((answer) => answer.allowed || answer.patch === undefined, {
      error: 'a refusal has no patch',
    }),
});
export type ReviewAnswer = z.infer<typeof answerSchema>['response'] & {
  readonly operations: PatchOperations;
};

/** Reads an answer as the API server would; throws for anything that it would count as a failed call. */
export function readAnswer(text: string): ReviewAnswer {
  const { response } = answerSchema.parse(JSON.parse(text));
  const patch = response.patch === undefined ? '[]' : Buffer.from(response.patch, 'base64').toString('utf8');
  return { ...response, operations: operations.parse(JSON.parse(patch)) };
}

/** The object as it goes on after the answer; throws where an operation has no place in it. */
export function patched(object: unknown, answer: ReviewAnswer): unknown {
  return jsonpatch.applyPatch(structuredClone(object), structuredClone(answer.operations), true).newDocument;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in one piece, with its content-length. */
  readonly body?: string;
  /** Sent piece by piece instead, chunked. */
  readonly pieces?: readonly Buffer[];
}

/** A caller with connections of its own; `close` ends them. */
export class AdmissionClient {
  readonly #agent: Agent;
  readonly #port: number;

  /** @param target `cert` and `key`: a client certificate, as an API server may have been given */
  constructor(target: {
    readonly port: number;
    readonly caPem: string;
    readonly connections?: number;
    readonly cert?: string;
    readonly key?: string;
  }) {
    this.#port = target.port;
    const { caPem: ca, connections: maxSockets = 25, cert, key } = target;
    this.#agent = new Agent({
      keepAlive: true,
      ca,
      maxSockets,
      ...(cert === undefined ? {} : { cert, key }),
    });
  }

  /** Any request; rejects when the connection ends without an answer. */
  call(path: string, { method = 'POST', headers, body = '', pieces }: Call = {}): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          path,
          method,
          agent: this.#agent,
          headers: {
            'content-type': 'application/json',
            ...(pieces === undefined ? { 'content-length': Buffer.byteLength(body) } : {}),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { statusCode = 0, headers: answered } = response;
            resolve({ status: statusCode, headers: answered, text: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      request.on('error', reject);
      for (const piece of pieces ?? []) request.write(piece);
      request.end(pieces === undefined ? body : undefined);
    });
  }

  /** Sends an AdmissionReview and reads the answer, whatever its HTTP status. */
  async review(path: string, review: unknown): Promise<ReviewAnswer & { readonly http: HttpAnswer }> {
    const http = await this.call(path, { body: JSON.stringify(review) });
    return { ...readAnswer(http.text), http };
  }

  close(): void {
    this.#agent.destroy();
  }
}
