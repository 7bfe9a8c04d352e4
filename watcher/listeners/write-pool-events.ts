import type { FactListener } from '../../shared/facts/facts.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { eventObject } from '../../shared/kube/event-object.ts';
import { resources } from '../../shared/kube/resource.ts';

/** Events of objects without a namespace are in this one (k8s client-go, tools/record). */
const NAMESPACE = 'default';
const WRITE_TIMEOUT_MS = 5000;
/** Whoever may write NodePools could make Events by the thousand. The metric counts them all, and the log names them. */
const MOST_AT_ONCE = 20;

const SAID = {
  unjudgeable: {
    reason: 'NodePoolNotJudged',
    message:
      'this NodePool holds more than Zonewarden looks at, or cannot be read: it is not kept out of impaired zones, and no ' +
      'policy judges it. The log of the watcher says what it is; docs/limits.md has the bounds',
  },
  stuck: {
    reason: 'NodePoolStuck',
    message:
      'this NodePool does not become what the record asks for, however often it is nudged; the others go on without it. ' +
      'Another webhook may put something back: docs/troubleshooting.md',
  },
} as const;

/**
 * Says in an Event of a NodePool that it cannot be judged, or does not follow: once, until it is no longer so. It is not
 * tried again; metric and log have it too.
 */
export function writePoolEvents(options: {
  readonly client: Pick<KubeClient, 'create'>;
  /** In ms since 1970. */
  now(): number;
  onProblem(error: unknown): void;
}): FactListener {
  const { client, now, onProblem } = options;
  const told = { unjudgeable: new Set<string>(), stuck: new Set<string>() };
  return {
    hear({ name, fact }) {
      if (name !== 'unjudgeable' && name !== 'stuck') return;
      const before = told[name];
      told[name] = new Set(fact.nodePools);
      const fresh = fact.nodePools.filter((nodePool) => !before.has(nodePool));
      for (const nodePool of fresh.slice(0, MOST_AT_ONCE)) {
        const involvedObject = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: nodePool };
        const content = {
          ...{ type: 'Warning' as const, ...SAID[name], involvedObject },
          component: 'zonewarden-watcher',
        };
        const event = eventObject({ namespace: NAMESPACE, prefix: nodePool }, content, new Date(now()));
        client.create(resources.events, event, { timeoutMs: WRITE_TIMEOUT_MS }).catch(onProblem);
      }
    },
  };
}
