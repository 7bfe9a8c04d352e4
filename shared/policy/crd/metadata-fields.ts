import type { Problem } from '../core/rule.ts';
import { type Field, type ObjectField, OPAQUE, type ValueRule } from './field.ts';
import { shown } from './shown.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** Keys of labels and annotations: a name of 63 characters, with or without a domain of 253 before it. */
function isQualifiedName(key: string): boolean {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2 || name.length > 63 || !NAME.test(name)) return false;
  const [domain] = parts.length === 2 ? parts : [];
  return domain === undefined || (domain.length <= 253 && SUBDOMAIN.test(domain));
}

const keysAreNames =
  (what: string, foldCase: boolean): ValueRule =>
  (map, path) =>
    typeof map === 'object' && map !== null
      ? Object.keys(map).flatMap((key): Problem[] =>
          isQualifiedName(foldCase ? key.toLowerCase() : key)
            ? []
            : [
                {
                  message: `${shown(key)} is no key of ${what}; it has to be like example.com/name`,
                  path,
                },
              ],
        )
      : [];

const nameOrPrefix: ValueRule = (metadata, path) =>
  typeof metadata === 'object' && metadata !== null && ('name' in metadata || 'generateName' in metadata)
    ? []
    : [{ message: 'The object has no name', fix: `Add ${path}.name`, path }];

const LABEL_VALUE: Field = {
  type: 'text',
  longest: 63,
  pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  like: 'letters, digits, hyphens, dots and underscores, with a letter or digit at both ends',
};

/** What the API server asks of any object's metadata, as far as people write it. */
export const METADATA: ObjectField = {
  type: 'object',
  fields: {
    name: {
      type: 'text',
      longest: 253,
      pattern: SUBDOMAIN,
      like: 'lowercase letters, digits, hyphens and dots, with a letter or digit at both ends',
    },
    labels: { type: 'map', values: LABEL_VALUE, rules: [keysAreNames('a label', false)] },
    annotations: { type: 'map', values: { type: 'text' }, rules: [keysAreNames('an annotation', true)] },
    ...Object.fromEntries(
      [
        ...['generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation'],
        ...['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'finalizers'],
        ...['ownerReferences', 'managedFields'],
      ].map((name) => [name, OPAQUE]),
    ),
  },
  rules: [nameOrPrefix],
};
