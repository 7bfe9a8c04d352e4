import type { WebhookName } from '../../../webhook/admission/outcome.ts';
import { MAX_BODY_BYTES } from '../../../webhook/server/request-body.ts';
import { NODE_CLAIM, NODE_POOL, reviewOf } from '../../http/webhook/reviews.ts';
import { safeJson } from '../drawing/any-json.ts';
import type { Draw } from '../drawing/draw.ts';
import { HOSTILE_OBJECTS } from './hostile-objects.ts';
import { SCENE_NAMES, type SceneName } from './scenes.ts';

export interface HostileReview {
  readonly webhook: WebhookName;
  /** What the webhook knows when it comes. */
  readonly scene: SceneName;
  readonly text: string;
}

const KINDS = ['NodePool', 'NodePool', 'NodeClaim'] as const;
const WRITES = ['CREATE', 'UPDATE', 'UPDATE'] as const;
const OTHERS = ['DELETE', 'CONNECT', 'x'] as const;
const USERS = [
  'alice',
  'system:serviceaccount:zonewarden:zonewarden',
  'system:serviceaccount:team-a:karpenter',
];

function objectOf(draw: Draw, kind: (typeof KINDS)[number]): unknown {
  return draw.oneIn(31) ? draw.of([null, 7, [], '']) : HOSTILE_OBJECTS[kind](draw);
}

function review(draw: Draw): string {
  const kind = draw.of(KINDS);
  const operation = draw.oneIn(15) ? draw.of(OTHERS) : draw.of(WRITES);
  const object = objectOf(draw, kind);
  const isSame = draw.oneIn(3);
  const oldObject = operation === 'CREATE' ? null : isSame ? object : objectOf(draw, kind);
  const text = (short: readonly string[], long: string) =>
    draw.oneIn(30) ? long.repeat(draw.count(100_000)) : draw.of(short);
  const name = text(['web', 'web', ''], 'n');
  const manager = text(['kubectl', 'eve'], 'm');
  return safeJson(
    reviewOf({
      ...{ kind: kind === 'NodePool' ? NODE_POOL : NODE_CLAIM, object, oldObject, operation, name },
      userInfo: { username: text(USERS, 'u'), groups: ['system:authenticated'] },
      options: { fieldManager: manager },
    }),
  );
}

/** What damages a text: short pieces, and long ones that nest. */
const PIECES = ['', '[', ']', '{', '"', ',', '\\u0000', '\\ud800', '\ud800', ',"a":1'];
const NESTING = ['[[', '{"a":'];

/** Bytes that are no review any more: cut, repeated, with something else in them. */
function damaged(draw: Draw, text: string): string {
  const place = draw.below(text.length + 1);
  const put = draw.oneIn(6) ? draw.of(NESTING).repeat(draw.count(50_000)) : draw.of(PIECES);
  return text.slice(0, place) + put + text.slice(place + draw.below(21));
}

/** Bodies as anybody can send them: most of them reviews of hostile objects, some of them damaged. */
export function hostileReview(draw: Draw): HostileReview {
  const scene = draw.of(SCENE_NAMES);
  const webhook = draw.of(['mutate', 'validate'] as const);
  // More is turned away before it is read.
  let text = review(draw).slice(0, MAX_BODY_BYTES);
  const damages = draw.oneIn(11) ? draw.within(1, 3) : 0;
  for (let damage = 0; damage < damages; damage += 1) text = damaged(draw, text);
  return { scene, webhook, text };
}

/** The beginning of a review, and how long it is. */
export function shownReview({ scene, webhook, text }: HostileReview): string {
  return `${webhook}, scene ${scene}, ${text.length} characters: ${text.slice(0, SHOWN)}`;
}

const SHOWN = 4000;
