import { z } from 'zod';
import { LOG_LEVELS } from '../logging/logger.ts';
import type { OptionSpec } from './command-line.ts';

/** A TCP port; 0 lets the system choose, which the log then tells. */
export const port = z.coerce.number().int().min(0).max(65_535);

/** A whole number of milliseconds, zero or more. */
export const milliseconds = z.coerce.number().int().min(0);

/** `a,b` or `a b` to a list; nothing to an empty one. */
export const list = z.string().transform((text) => text.split(/[\s,]+/).filter((item) => item !== ''));

/** Options that both processes have. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--kubeconfig <file>',
    env: 'ZONEWARDEN_KUBECONFIG',
    description:
      'kubeconfig to use; without it KUBECONFIG, ~/.kube/config, then the service account of the pod',
  },
  {
    flags: '--namespace <namespace>',
    env: 'ZONEWARDEN_NAMESPACE',
    description: 'namespace of the ConfigMap, Secret and Lease that the product keeps',
    default: 'zonewarden',
  },
  {
    flags: '--freeze <mode>',
    env: 'ZONEWARDEN_FREEZE',
    description:
      'voluntary disruption of a changed NodePool while a zone is away: all, drift (only drift stands still) or none',
    default: 'all',
  },
  {
    flags: '--log-level <level>',
    env: 'ZONEWARDEN_LOG_LEVEL',
    description: `${LOG_LEVELS.join(', ')}; audit lines are info`,
    default: 'info',
  },
];

export const commonValues = {
  kubeconfig: z.string().optional(),
  namespace: z.string().min(1),
  freeze: z.enum(['all', 'drift', 'none']),
  logLevel: z.enum(LOG_LEVELS),
};
