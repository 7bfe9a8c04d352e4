import { LONGEST_VALUE, MOST_NODE_LABELS, MOST_TAINTS, MOST_VALUES } from '../views/object-bounds.ts';
import { celString } from './cel-literal.ts';

const values = 'r.?values.orValue([])';

/**
 * What of an object is more than is looked at, in words, or empty text: `beyondBounds` of shared/views/object-bounds.ts, as
 * far as CEL can count. It can in requirements, labels and taints, which are what rules look at; depth, and the sum of
 * everything, it cannot.
 *
 * @param claim an optional with the spec of a NodeClaim, or of a NodePool's template
 * @param labels the mapping of a NodePool's labels for its nodes
 */
export function beyondBoundsInCel(claim: string, labels: string): string {
  const requirements = `${claim}.?requirements.orValue([])`;
  const count = `${requirements}.map(r, ${values}.size()).sum()`;
  const atMost = (most: number) => celString(`, and at most ${most} are looked at`);
  const tooMany = (found: string, most: number, start: string, what: string) =>
    `${found} > ${most} ? ${celString(start)} + string(${found}) + ${celString(what)} + ${atMost(most)} : `;
  const taints = (field: string) =>
    tooMany(`${claim}.?${field}.orValue([]).size()`, MOST_TAINTS, `${field} has `, ' entries');
  return [
    tooMany(count, MOST_VALUES, 'its requirements have ', ' values'),
    `${requirements}.exists(r, ${values}.exists(v, v.size() > ${LONGEST_VALUE})) ? `,
    `${celString(`a value of its requirements is longer than ${LONGEST_VALUE} characters`)} : `,
    tooMany(`${labels}.size()`, MOST_NODE_LABELS, 'its labels for nodes have ', ' entries'),
    taints('taints'),
    taints('startupTaints'),
    "''",
  ].join('');
}
