import { AUTO_MODE_DOMAIN, AWS_DOMAIN } from '../../requirements/labels.ts';
import type { Subject } from '../core/subject.ts';
import { isAutoMode } from '../reading/claim-template.ts';

/** A label as the object has to write it: EKS Auto Mode has those of instance types under a domain of its own. */
export function labelFor(subject: Subject, key: string): string {
  const known = `${AWS_DOMAIN}/instance-`;
  if (!isAutoMode(subject) || !key.startsWith(known)) return key;
  return `${AUTO_MODE_DOMAIN}/instance-${key.slice(known.length)}`;
}
