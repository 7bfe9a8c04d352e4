import type { Catalog } from '../catalog/catalog.ts';
import { CatalogUnreadableError } from '../catalog/catalog-unreadable-error.ts';
import { DEFAULT_POLICY, type Policy } from '../policy/core/policy.ts';
import { POLICY_NAME, PolicyUnreadableError, policyInConfigMap } from '../policy/document/policy-document.ts';
import { RULES_NAME, RulesUnreadableError, rulesInConfigMap } from '../settings/rules-document.ts';
import { DEFAULT_ZONE_RULES, type ZoneRules } from '../settings/zone-rules.ts';
import { CATALOG_NAME, catalogInConfigMap } from './catalog-config-map.ts';
import type { DocumentKind, DocumentWatch } from './document-watch.ts';

/** The zone rules; without a ConfigMap the defaults hold. */
export const RULES: DocumentKind<ZoneRules> = {
  name: RULES_NAME,
  defaults: DEFAULT_ZONE_RULES,
  read: rulesInConfigMap,
  isUnreadable: (error) => error instanceof RulesUnreadableError,
};

/** The policy; without a ConfigMap the default policy holds. */
export const POLICY: DocumentKind<Policy> = {
  name: POLICY_NAME,
  defaults: DEFAULT_POLICY,
  read: policyInConfigMap,
  isUnreadable: (error) => error instanceof PolicyUnreadableError,
};

/** The instance catalogue; without a ConfigMap the cluster has none of its own. */
export const CATALOG: DocumentKind<Catalog | undefined> = {
  name: CATALOG_NAME,
  defaults: undefined,
  read: catalogInConfigMap,
  isUnreadable: (error) => error instanceof CatalogUnreadableError,
};

export type RulesWatch = DocumentWatch<ZoneRules>;
export type PolicyWatch = DocumentWatch<Policy>;
export type CatalogWatch = DocumentWatch<Catalog | undefined>;
