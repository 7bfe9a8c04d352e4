import type { Requirement } from '../../requirements/requirement.ts';
import { listing } from '../core/listing.ts';

/** One change of a list of requirements; `place` is an index into it. */
export type RequirementEdit =
  | { readonly kind: 'add-values'; readonly place: number; readonly values: readonly string[] }
  | { readonly kind: 'remove-values'; readonly place: number; readonly values: readonly string[] }
  | { readonly kind: 'move-bound'; readonly place: number; readonly value: string }
  | { readonly kind: 'replace'; readonly place: number; readonly by: readonly Requirement[] };

/** The requirements after the edits. Places are those of the list that is given, so that a replacement goes last. */
export function withEdits(
  requirements: readonly Requirement[],
  edits: readonly RequirementEdit[],
): Requirement[] {
  return requirements.flatMap((entry, place) => {
    const own = edits.filter((edit) => edit.place === place);
    return own.reduce<readonly Requirement[]>(
      (entries, edit) => entries.flatMap((one) => edited(one, edit)),
      [entry],
    );
  });
}

/** What an entry becomes. A list without a value excludes nothing and the API server refuses it: it goes. */
function edited(entry: Requirement, edit: RequirementEdit): readonly Requirement[] {
  const values = entry.values ?? [];
  switch (edit.kind) {
    case 'add-values':
      return [{ ...entry, values: [...values, ...edit.values] }];
    case 'remove-values': {
      const left = values.filter((value) => !edit.values.includes(value));
      return left.length === 0 ? [] : [{ ...entry, values: left }];
    }
    case 'move-bound':
      return [{ ...entry, values: [edit.value] }];
    default:
      return edit.by;
  }
}

/** The edits as one order without an end mark: `Add m6i.large and m7i.large to the values of …`. */
export function editWords(requirements: readonly Requirement[], edits: readonly RequirementEdit[]): string {
  const [first = '', ...rest] = edits.map((edit) => wordsOf(requirements[edit.place], edit));
  return [first, ...rest.map((words) => `${words.charAt(0).toLowerCase()}${words.slice(1)}`)].join(', and ');
}

function wordsOf(entry: Requirement | undefined, edit: RequirementEdit): string {
  const key = entry?.key ?? '';
  switch (edit.kind) {
    case 'add-values':
      return `Add ${listing(edit.values)} to the values of ${key}`;
    case 'remove-values':
      return `Remove ${listing(edit.values)} from the values that ${key} leaves out`;
    case 'move-bound':
      return `Write ${key} ${entry?.operator} ${edit.value} instead of ${entry?.operator} ${entry?.values?.[0] ?? ''}`;
    default:
      return `Replace ${key} by ${listing(edit.by.map(requirementWords))}`;
  }
}

/** `karpenter.k8s.aws/instance-category In [c, m]`, `karpenter.k8s.aws/instance-generation Gt 4` */
function requirementWords({ key, operator, values = [] }: Requirement): string {
  return `${key} ${operator} ${operator === 'In' || operator === 'NotIn' ? `[${values.join(', ')}]` : values.join('')}`;
}
