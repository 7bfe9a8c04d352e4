import type { z } from 'zod';

/** The issues of a schema in words, at most `most` of them: `spec.template: expected object`. */
export function describeIssues(error: z.ZodError, most = 3): string {
  return error.issues
    .slice(0, most)
    .map((issue) => `${issue.path.length > 0 ? issue.path.join('.') : 'it'}: ${issue.message}`)
    .join('; ');
}
