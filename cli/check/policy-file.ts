import { readFileSync } from 'node:fs';
import { isMap, parseDocument } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { Policy } from '../../shared/policy/core/policy.ts';
import { policyInConfigMap, readPolicy } from '../../shared/policy/document/policy-document.ts';
import { CheckError } from '../input/check-error.ts';

const configMapSchema = z.looseObject({ kind: z.literal('ConfigMap') });

/**
 * Reads a policy: the document itself, or a manifest of the ConfigMap that holds it in a cluster.
 * @throws CheckError `check.unreadable`
 */
export function policyFromFile(file: string): Policy {
  try {
    const text = readFileSync(file, 'utf8');
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
    const value: unknown =
      document.errors.length === 0 && isMap(document.contents) ? document.toJS() : undefined;
    const configMap = configMapSchema.safeParse(value);
    return configMap.success
      ? policyInConfigMap(configMap.data, { where: file })
      : readPolicy(text, { where: file });
  } catch (error) {
    throw new CheckError('check.unreadable', `--policy: ${messageOf(error)}`, { cause: error });
  }
}
