const MIB = 1024 * 1024;

/** A body that is built to cost much memory for its size. */
export interface HostileBody {
  readonly name: string;
  readonly body: string;
}

/** Values that take more memory than bytes in a text, each as it stands between commas of a list. */
const ELEMENTS: readonly (readonly [name: string, element: (at: number) => string])[] = [
  ['empty objects', () => '{}'],
  ['empty lists', () => '[]'],
  ['numbers', () => '1'],
  ['numbers with fractions', (at) => `${at}.5`],
  ['short strings', (at) => `"${at}"`],
  ['objects with names of their own', (at) => `{"k${at}":1}`],
  ['requirements', () => '{"key":"a","operator":"In","values":["b"]}'],
];

/** Where in a review it stands. */
const PLACES: readonly (readonly [name: string, place: (list: string) => string])[] = [
  ['as object', (list) => `"object":${list}`],
  [
    'as requirements',
    (list) => `"object":{"metadata":{"name":"web"},"spec":{"template":{"spec":{"requirements":${list}}}}}`,
  ],
  ['as oldObject', (list) => `"object":{"metadata":{"name":"web"},"spec":{}},"oldObject":${list}`],
  ['in its user', (list) => `"object":{},"userInfo":{"username":"eve","extra":${list}}`],
];

/** Bodies of a size, each of another kind. */
export function hostileBodies(bytes: number): HostileBody[] {
  const lists = PLACES.flatMap(([place, put]) =>
    ELEMENTS.map(([name, element]) => ({
      name: `${name} ${place}`,
      body: review((room) => put(listOf(element, room)), bytes),
    })),
  );
  return [
    ...lists,
    { name: 'lists within each other', body: review((room) => `"object":${nested(room)}`, bytes) },
    { name: 'one long string', body: review((room) => `"object":{"x":"${'é'.repeat(room / 2)}"}`, bytes) },
    { name: 'one long name', body: review((room) => `"object":{"${'x'.repeat(room)}":1}`, bytes) },
    { name: 'escapes', body: review((room) => `"object":{"x":"${'\\u00e9'.repeat(room / 6)}"}`, bytes) },
    {
      name: 'many requests',
      body: `{${Array(Math.floor(bytes / 15))
        .fill('"request":{}')
        .join(',')}}`,
    },
    { name: 'no JSON', body: '{"request":'.repeat(bytes / 11) },
  ];
}

function review(request: (room: number) => string, bytes: number): string {
  const head =
    '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","name":"web","operation":"UPDATE",' +
    '"kind":{"group":"karpenter.sh","version":"v1","kind":"NodePool"},';
  return `${head}${request(bytes - 500)}}}`;
}

function listOf(element: (at: number) => string, bytes: number): string {
  const elements: string[] = [];
  for (let size = 0; size < bytes; size += (elements.at(-1)?.length ?? 0) + 1)
    elements.push(element(elements.length));
  return `[${elements.slice(0, -1).join(',')}]`;
}

function nested(bytes: number): string {
  const levels = Math.floor(bytes / 2);
  return '['.repeat(levels) + ']'.repeat(levels);
}

/** What finding 3 shot: larger than any review can be. */
export const TOO_LARGE = 7 * MIB;
/** As large as it may be. */
export const LARGEST = 4 * MIB;
/** What an API server reads of one request. */
export const FROM_API_SERVER = 3 * MIB;
