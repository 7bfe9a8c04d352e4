import { DECLARED_ANNOTATION } from '../../../../shared/enforcement/declared-annotation.ts';
import { sameJson } from '../../../../shared/json/same-json.ts';
import { type Change, type Field, LAST_APPLIED } from './model-managers.ts';

/** A requirement or a budget, as JSON. */
export type Entry = Record<string, unknown> & {
  key?: string;
  operator?: string;
  values?: string[];
  minValues?: number;
};

/** What a manifest in Git says; `budgets` may be left to the CRD's default. */
export interface Manifest {
  readonly requirements: readonly Entry[];
  readonly budgets?: readonly Entry[];
  /** Our annotation, in a manifest that was exported from the cluster during a shift. */
  readonly mark?: string;
}

/** What there is in a NodePool, as far as it matters here. */
export interface Content {
  readonly requirements: readonly Entry[];
  readonly budgets: readonly Entry[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The value of a label; each touch gives it another. */
  readonly label: string | undefined;
}

/** What the CRD fills in. */
export const DEFAULT_BUDGETS: readonly Entry[] = [{ nodes: '10%' }];

/** @param before `undefined`: it is created */
export function changeBetween(before: Content | undefined, after: Content): Change {
  return {
    changed: FIELDS.filter((field) => {
      const value = valueIn(after, field);
      return value !== undefined && !sameJson(value, before && valueIn(before, field));
    }),
    removed: FIELDS.filter(
      (field) => before && valueIn(before, field) !== undefined && valueIn(after, field) === undefined,
    ),
  };
}

const FIELDS: readonly Field[] = ['requirements', 'budgets', 'mark', 'lastApplied', 'label', 'rest'];

function valueIn({ requirements, budgets, annotations, label }: Content, field: Field): unknown {
  switch (field) {
    case 'requirements':
      return requirements;
    case 'budgets':
      return budgets;
    case 'mark':
      return annotations[DECLARED_ANNOTATION];
    case 'lastApplied':
      return annotations[LAST_APPLIED];
    case 'label':
      return label;
    case 'rest':
      return 'the same in every manifest';
  }
}

/** The fields that a manifest has, in server-side apply. */
export function fieldsIn({ budgets, mark }: Manifest): Field[] {
  return [
    'rest',
    'requirements',
    ...(budgets === undefined ? [] : (['budgets'] as const)),
    ...(mark === undefined ? [] : (['mark'] as const)),
  ];
}

/** Annotations with one set, or taken out. */
export function withAnnotation(
  annotations: Readonly<Record<string, string>>,
  name: string,
  value: string | undefined,
): Record<string, string> {
  const { [name]: _before, ...others } = annotations;
  return value === undefined ? others : { ...others, [name]: value };
}

/** What client-side kubectl apply writes down of a manifest, which has a label only where it is a whole object. */
export function lastAppliedText({ requirements, budgets, mark }: Manifest, label?: string): string {
  return JSON.stringify({
    metadata: {
      name: 'p',
      annotations: mark === undefined ? {} : { [DECLARED_ANNOTATION]: mark },
      ...(label === undefined ? {} : { labels: { touched: label } }),
    },
    spec: {
      template: { spec: { requirements } },
      ...(budgets === undefined ? {} : { disruption: { budgets } }),
    },
  });
}

export interface LastApplied {
  readonly requirements: unknown;
  readonly budgets: unknown;
  readonly mark: unknown;
  readonly hasLabel: boolean;
}

/** What it said the last time. */
export function lastAppliedIn(annotations: Readonly<Record<string, string>>): LastApplied | undefined {
  const text = annotations[LAST_APPLIED];
  if (text === undefined) return undefined;
  const { metadata, spec } = JSON.parse(text) as {
    metadata?: { annotations?: Record<string, unknown>; labels?: { touched?: unknown } };
    spec?: { template?: { spec?: { requirements?: unknown } }; disruption?: { budgets?: unknown } };
  };
  return {
    requirements: spec?.template?.spec?.requirements,
    budgets: spec?.disruption?.budgets,
    mark: metadata?.annotations?.[DECLARED_ANNOTATION],
    hasLabel: metadata?.labels?.touched !== undefined,
  };
}
