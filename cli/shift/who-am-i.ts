import { userInfo } from 'node:os';
import { z } from 'zod';
import type { KubeClient } from '../../shared/kube/client.ts';
import { isNotFound, KubeError } from '../../shared/kube/errors.ts';
import { resources } from '../../shared/kube/resource.ts';

const reviewSchema = z.object({
  metadata: z.object({ creationTimestamp: z.iso.datetime({ offset: true }).optional() }),
  status: z.object({ userInfo: z.object({ username: z.string().min(1) }) }),
});

/** Who asks, and what time it is for the API server. */
export interface Asker {
  readonly name: string;
  /** Whether the API server vouches for the name. */
  readonly isVouchedFor: boolean;
  /** Its clock in milliseconds, to the second; absent where it did not say. */
  readonly serverTimeMs?: number;
}

/**
 * The user as the API server knows them (SelfSubjectReview, in v1 since Kubernetes 1.28, allowed to everybody by
 * `system:basic-user`). Where that is forbidden or absent: the name on this machine, which anybody can choose.
 * @throws KubeError for every other failure
 */
export async function whoAmI(client: Pick<KubeClient, 'create'>, signal: AbortSignal): Promise<Asker> {
  try {
    const answer = await client.create(resources.selfSubjectReviews, { metadata: {} }, { signal });
    const { metadata, status } = reviewSchema.parse(answer);
    const { creationTimestamp } = metadata;
    return {
      name: status.userInfo.username,
      isVouchedFor: true,
      ...(creationTimestamp === undefined ? {} : { serverTimeMs: Date.parse(creationTimestamp) }),
    };
  } catch (error) {
    const isKept = error instanceof KubeError && error.code === 'kube.forbidden';
    if (!isKept && !isNotFound(error) && !(error instanceof z.ZodError)) throw error;
    return { name: `${localName()} (local name)`, isVouchedFor: false };
  }
}

/** Throws nothing: a container's user often has no entry in /etc/passwd. */
function localName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
