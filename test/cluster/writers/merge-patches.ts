import { sameJson } from '../../../shared/json/same-json.ts';

/**
 * JSON merge patches (RFC 7386) computed as the Go libraries of the tools compute them. A patch of a list is the
 * whole new list.
 */

type Json = Readonly<Record<string, unknown>>;

/**
 * What leads from one object to another, as evanphx/json-patch's CreateMergePatch: Helm 3 sends it for custom
 * resources, from the manifest of the last release to that of the new one (helm pkg/kube/client.go, createPatch).
 */
export function twoWayPatch(from: Json, to: Json): Json {
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(to)) {
    const old = from[key];
    if (sameJson(old, value)) continue;
    patch[key] = isMap(old) && isMap(value) ? twoWayPatch(old, value) : value;
  }
  for (const key of Object.keys(from)) if (!(key in to)) patch[key] = null;
  return patch;
}

/**
 * Additions and changes from what is stored to the manifest, and deletions from the last applied manifest to this
 * one, as apimachinery's jsonmergepatch.CreateThreeWayJSONMergePatch: kubectl apply sends it for custom resources,
 * and Argo CD's default diff is what it would change (gitops-engine pkg/diff/diff.go, ThreeWayDiff).
 */
export function threeWayPatch(lastApplied: Json, manifest: Json, live: Json): Json {
  return merged(withoutNulls(twoWayPatch(live, manifest)), onlyNulls(twoWayPatch(lastApplied, manifest)));
}

function withoutNulls(patch: Json): Json {
  return Object.fromEntries(
    Object.entries(patch)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, isMap(value) ? withoutNulls(value) : value]),
  );
}

function onlyNulls(patch: Json): Json {
  return Object.fromEntries(
    Object.entries(patch)
      .map(([key, value]) => [key, isMap(value) ? onlyNulls(value) : value] as const)
      .filter(([, value]) => value === null || (isMap(value) && Object.keys(value).length > 0)),
  );
}

function merged(one: Json, other: Json): Json {
  const result: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const mine = result[key];
    result[key] = isMap(mine) && isMap(value) ? merged(mine, value) : value;
  }
  return result;
}

/** Whether a patch says nothing; maps that are empty all the way down say nothing. */
export function isEmptyPatch(patch: Json): boolean {
  return Object.values(patch).every((value) => isMap(value) && isEmptyPatch(value));
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
