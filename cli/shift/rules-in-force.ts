import { isNotFound, KubeError } from '../../shared/kube/errors.ts';
import { resources } from '../../shared/kube/resource.ts';
import { RULES_NAME, RulesUnreadableError, rulesInConfigMap } from '../../shared/settings/rules-document.ts';
import { DEFAULT_ZONE_RULES, type ZoneRules } from '../../shared/settings/zone-rules.ts';
import type { Session } from '../session/session.ts';

export interface KnownRules {
  readonly rules: ZoneRules;
  /** False: the defaults stand in for rules that could not be read. */
  readonly rulesAreKnown: boolean;
}

/**
 * The rules as the watcher reads them. Without the ConfigMap they are the defaults; where it can't be read they are
 * taken to be, with a warning. @throws KubeError when the API server can't be reached
 */
export async function rulesInForce(session: Session): Promise<KnownRules> {
  const { client, namespace, signal, output } = session;
  try {
    const at = { namespace, name: RULES_NAME };
    const { data, binaryData } = await client.get(resources.configMaps, at, { signal });
    return { rules: rulesInConfigMap({ data, binaryData }), rulesAreKnown: true };
  } catch (error) {
    if (isNotFound(error)) return { rules: DEFAULT_ZONE_RULES, rulesAreKnown: true };
    if (error instanceof RulesUnreadableError) {
      output.warn(
        `${error.message} The last good rules are the watcher's alone: here the defaults are used.`,
      );
    } else if (error instanceof KubeError && error.code === 'kube.forbidden') {
      output.warn(
        `you may not read ConfigMap ${RULES_NAME} in namespace ${namespace}: the default rules are used here ` +
          '(grant get on it; docs/shift.md).',
      );
    } else {
      throw error;
    }
    return { rules: DEFAULT_ZONE_RULES, rulesAreKnown: false };
  }
}
