/**
 * A token that stands in the path of admission requests. The API server alone knows it: it is told by the webhook
 * configurations, which nobody reads who has no right to.
 */
export interface AdmissionToken {
  readonly token: string;
  /** When it was made, in milliseconds since the epoch. */
  readonly madeMs: number;
}

/** The tokens, the newest first; never empty where they were read or made. */
export type AdmissionTokens = readonly AdmissionToken[];

/**
 * 192 random bits in hexadecimal, and not base64url: each segment of `clientConfig.service.path` has to be a DNS name,
 * which has no capital letters (k8s.io/apiserver pkg/util/webhook/validation.go, ValidateWebhookService).
 */
export const TOKEN_BYTES = 24;
export const TOKEN_PATTERN = /^[0-9a-f]{48}$/;

/** How many are kept: the one that is asked by, the one that is to be asked by next, and one before. */
const MOST_TOKENS = 3;

/** The tokens with a new one. */
export function withNewToken(tokens: AdmissionTokens, made: AdmissionToken): AdmissionTokens {
  return [made, ...tokens].slice(0, MOST_TOKENS);
}
