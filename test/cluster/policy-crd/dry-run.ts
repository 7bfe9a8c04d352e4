import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { apiRequest } from '../../control-plane/api-request.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

export interface DryRun {
  /** `undefined` where the API server would store it, else its words. */
  readonly refused: string | undefined;
}

/** What is asked about unknown fields: as kubectl does, or as all others do. */
export type FieldValidation = 'Strict' | 'Ignore';

const PATHS = { NodePool: 'nodepools', NodeClaim: 'nodeclaims' } as const;
const AT_ONCE = 8;

/** Creates each object with dryRun=All. Throws where an answer is no verdict. */
export async function dryRun(
  controlPlane: ControlPlane,
  kind: keyof typeof PATHS,
  objects: readonly unknown[],
  fieldValidation: FieldValidation,
): Promise<DryRun[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const target = {
    endpoint: controlPlane.endpoint,
    ca: readFileSync(controlPlane.caFile, 'utf8'),
    token: controlPlane.adminToken,
  };
  const path = `/apis/karpenter.sh/v1/${PATHS[kind]}?dryRun=All&fieldValidation=${fieldValidation}`;
  const ask = async (object: unknown): Promise<DryRun> => {
    const body = JSON.stringify(object);
    const { status, text } = await apiRequest(target, {
      method: 'POST',
      path,
      body,
      agent,
      timeoutMs: 60_000,
    });
    if (status === 201) return { refused: undefined };
    if (status === 400 || status === 422) return { refused: text };
    throw new Error(`HTTP ${status} is no verdict: ${text} about ${body}`);
  };
  const answers: DryRun[] = new Array(objects.length);
  let next = 0;
  const worker = async () => {
    for (let place = next++; place < objects.length; place = next++)
      answers[place] = await ask(objects[place]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker)).finally(() => agent.destroy());
  return answers;
}
