import {
  LONGEST_VALUE,
  MOST_NODE_LABELS,
  MOST_TAINTS,
  MOST_VALUES,
  ROOM_FOR_OURS,
} from '../views/object-bounds.ts';
import { celString } from './cel-literal.ts';

const values = 'r.?values.orValue([])';

/**
 * What of an object is more than is looked at, in words, or empty text: `beyondBounds` of shared/views/object-bounds.ts, as
 * far as CEL can count. It can in requirements, labels and taints, which are what rules look at; depth, and the sum of
 * everything, it cannot.
 *
 * @param claim an optional with the spec of a NodeClaim, or of a NodePool's template
 * @param labels the mapping of a NodePool's labels for its nodes
 * @param isMarked whether the object bears a mark of ours, and so has room for what we added
 */
export function beyondBoundsInCel(claim: string, labels: string, isMarked: string): string {
  const requirements = `${claim}.?requirements.orValue([])`;
  const count = `${requirements}.map(r, ${values}.size()).sum()`;
  const atMost = (most: number) => celString(`, and at most ${most} are looked at`);
  const tooMany = (found: string, most: number, start: string, what: string, bound = `${most}`) =>
    `${found} > ${bound} ? ${celString(start)} + string(${found}) + ${celString(what)} + ${atMost(most)} : `;
  const mostValues = `(${isMarked} ? ${MOST_VALUES + ROOM_FOR_OURS.values} : ${MOST_VALUES})`;
  const taints = (field: string) =>
    tooMany(`${claim}.?${field}.orValue([]).size()`, MOST_TAINTS, `${field} has `, ' entries');
  return [
    tooMany(count, MOST_VALUES, 'its requirements have ', ' values', mostValues),
    `${requirements}.exists(r, ${values}.exists(v, v.size() > ${LONGEST_VALUE})) ? `,
    `${celString(`a value of its requirements is longer than ${LONGEST_VALUE} characters`)} : `,
    tooMany(`${labels}.size()`, MOST_NODE_LABELS, 'its labels for nodes have ', ' entries'),
    taints('taints'),
    taints('startupTaints'),
    "''",
  ].join('');
}
