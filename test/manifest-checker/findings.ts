import { z } from 'zod';

/** One thing that the checker holds against one object of an installation. */
export interface Finding {
  /** `config/overlays/url`, or `.` for the root. */
  readonly overlay: string;
  /** `Deployment zonewarden` */
  readonly object: string;
  /** The checker's name for it: `container-image-pull-policy`. */
  readonly check: string;
  /** Its words, with the container before them: `webhook: CPU limit is not set`. */
  readonly says: string;
}

const answerSchema = z
  .array(
    z.object({
      object_meta: z.object({ name: z.string() }),
      type_meta: z.object({ kind: z.string() }),
      checks: z.array(
        z.object({
          check: z.object({ id: z.string() }),
          grade: z.number(),
          skipped: z.boolean(),
          comments: z.array(z.object({ path: z.string(), summary: z.string() })).nullable(),
        }),
      ),
    }),
  )
  .nullable();

/** kube-score's grades: 1 critical, 5 warning, 7 almost well, 10 well. */
const WELL = 7;

/** Reads what `kube-score score -o json` wrote about the objects of one overlay. */
export function findingsIn(overlay: string, json: string): Finding[] {
  return (answerSchema.parse(JSON.parse(json)) ?? []).flatMap(({ object_meta, type_meta, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < WELL)
      .flatMap(({ check, comments }) =>
        (comments ?? []).map(({ path, summary }) => ({
          overlay,
          object: `${type_meta.kind} ${object_meta.name}`,
          check: check.id,
          says: path === '' ? summary : `${path}: ${summary}`,
        })),
      ),
  );
}

/** What is accepted, and why: test/manifest-checker/exceptions.yaml. */
export const exceptionsSchema = z.array(
  z.strictObject({
    check: z.string(),
    object: z.string(),
    /** The end of the checker's words; all of the check where there is none. */
    says: z.string().optional(),
    /** Where it is accepted; everywhere where there is none. */
    overlays: z.array(z.string()).optional(),
    why: z.string().min(20),
  }),
);
export type Exception = z.infer<typeof exceptionsSchema>[number];

/** The findings that no exception explains, and the exceptions that explain nothing any more. */
export function judge(
  findings: readonly Finding[],
  exceptions: readonly Exception[],
): { readonly unexplained: Finding[]; readonly stale: Exception[] } {
  return {
    unexplained: findings.filter((finding) => !exceptions.some((one) => explains(one, finding))),
    stale: exceptions.filter((one) => !findings.some((finding) => explains(one, finding))),
  };
}

function explains(exception: Exception, { overlay, object, check, says }: Finding): boolean {
  return (
    exception.check === check &&
    exception.object === object &&
    says.endsWith(exception.says ?? '') &&
    (exception.overlays?.includes(overlay) ?? true)
  );
}
