import { showRequirement } from '../../shared/audit/bounded-line.ts';
import { DECLARED_ANNOTATION } from '../../shared/enforcement/declared-annotation.ts';
import { type GiveBackStep, giveBack } from '../../shared/enforcement/give-back.ts';
import { resources } from '../../shared/kube/resource.ts';
import { nodePoolSchema } from '../../shared/views/node-pool.ts';
import type { Write } from './each-marked.ts';

const FIELD_MANAGER = 'zonewarden-restore';

/** Gives one NodePool back what its owner declared. */
export function givePoolBack(step: GiveBackStep): Write {
  return async ({ client, signal }, object) => {
    const { name = '', resourceVersion } = object.metadata;
    const back = giveBack(nodePoolSchema.parse(object), step);
    if (back.kind === 'unmarked') return undefined;
    if (back.kind === 'unreadable')
      return {
        failed: `NodePool ${name}: ${back.why}; put its zones right by hand and remove the annotation`,
      };
    if (back.patch.length === 0 || (step === 'zones' && !back.frozen)) return undefined;
    // The guard: what was declared is computed from this very version.
    const guard = { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion };
    const after = await client.patch(
      resources.nodePools,
      { name },
      { kind: 'json', body: [guard, ...back.patch] },
      { fieldManager: FIELD_MANAGER, signal },
    );
    if (step === 'all' && after.metadata.annotations?.[DECLARED_ANNOTATION] !== undefined)
      return { failed: `NodePool ${name}: the webhook pruned it again in the same write` };
    const zones = back.declared.map(showRequirement).join('; ') || 'no requirement on zones';
    return { done: `NodePool ${name}: ${zones}${back.frozen ? '; the freeze is out' : ''}` };
  };
}
