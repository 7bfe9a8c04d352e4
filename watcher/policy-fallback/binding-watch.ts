import { z } from 'zod';
import type { KubeClient } from '../../shared/kube/client.ts';
import { createListWatch, isTrouble, type ListWatch } from '../../shared/kube/list-watch.ts';
import { resources } from '../../shared/kube/resource.ts';
import { POLICY_NAME } from './policy-writer.ts';
import { TroublesTold } from './troubles-told.ts';

/**
 * What the binding makes of the policy. `denies`: what it refuses is refused. `audits`: it is only written into the API
 * server's audit log or warned of. `absent`: the policy is in force nowhere.
 */
export type BindingState = 'denies' | 'audits' | 'absent';

const schema = z.object({ spec: z.object({ validationActions: z.array(z.string()).optional() }) });

/**
 * Follows the policy's binding: people delete it to break the glass, and that is to be seen.
 *
 * @param options.onBinding told of each change; first once it is known, with `undefined` before
 */
export function createBindingWatch(options: {
  readonly client: KubeClient;
  onBinding(to: BindingState, from: BindingState | undefined): void;
  /** Told once of a trouble until it is over. */
  onProblem(kind: 'binding', error: unknown): void;
}): ListWatch<BindingState> {
  let told: BindingState | undefined;
  let isSynced = false;
  const troubles = new TroublesTold<'binding'>();
  const tell = (state: BindingState): void => {
    if (state === told) return;
    options.onBinding(state, told);
    told = state;
  };
  const watch = createListWatch<BindingState>({
    client: options.client,
    type: resources.validatingAdmissionPolicyBindings,
    query: { fieldSelector: `metadata.name=${POLICY_NAME}` },
    parse: (object) => {
      const actions = schema.parse(object).spec.validationActions ?? [];
      return actions.includes('Deny') ? 'denies' : 'audits';
    },
    handlers: {
      onSet(state) {
        troubles.over();
        tell(state);
      },
      onDelete() {
        if (isSynced) tell('absent');
      },
      onSync() {
        isSynced = true;
        troubles.over();
        tell(watch.list()[0] ?? 'absent');
      },
    },
    onProblem({ kind, error }) {
      if (isTrouble(kind) && troubles.isNew('binding', error)) options.onProblem('binding', error);
    },
  });
  return watch;
}
