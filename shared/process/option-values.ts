import { z } from 'zod';
import { FREEZE_MODES, FREEZE_SCOPES } from '../enforcement/freeze.ts';
import { DEFAULT_ENFORCEMENT, type EnforcementSettings } from '../enforcement/settings.ts';
import type { OptionSpec } from './command-line.ts';
import { LOG_LEVELS } from './logger.ts';

/** A TCP port; 0 lets the system choose, which the log then tells. */
export const port = z.coerce.number().int().min(0).max(65_535);

/** A whole number of milliseconds, zero or more. */
export const milliseconds = z.coerce.number().int().min(0);

/** `on` or `off`. */
export const onOff = z.enum(['on', 'off']).transform((mode) => mode === 'on');

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
      'voluntary disruption of a changed NodePool that stands still while a zone is away: zone (all of it, until the Nodes in the zone are held one by one), all, drift, or none',
    default: DEFAULT_ENFORCEMENT.freeze,
  },
  {
    flags: '--freeze-scope <scope>',
    env: 'ZONEWARDEN_FREEZE_SCOPE',
    description: 'which NodePools are frozen while a zone is away: affected (those that were changed) or all',
    default: DEFAULT_ENFORCEMENT.freezeScope,
  },
  {
    flags: '--evacuate <on|off>',
    env: 'ZONEWARDEN_EVACUATE',
    description:
      'on: nodes in an impaired zone are moved out by Karpenter, within the budgets of their NodePool',
    default: DEFAULT_ENFORCEMENT.evacuate ? 'on' : 'off',
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
  freeze: z.enum(FREEZE_MODES),
  freezeScope: z.enum(FREEZE_SCOPES),
  evacuate: onOff,
  logLevel: z.enum(LOG_LEVELS),
};

/** What enforcement goes by, out of the options of either process. */
export function enforcementOf(options: EnforcementSettings): EnforcementSettings {
  const { freeze, freezeScope, evacuate } = options;
  return { freeze, freezeScope, evacuate };
}
