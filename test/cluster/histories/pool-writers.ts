import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import { sealed, unsealed } from '../../../shared/enforcement/mark-seal.ts';
import type { KubeClient } from '../../../shared/kube/client.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import type { KubectlOptions, KubectlResult } from '../../control-plane/kubectl.ts';
import { nodePool } from '../../installation/node-pools.ts';
import { type Manifest, withAnnotation } from '../../unit/enforcement/histories/model-content.ts';
import { APPLIES_AS_KUBECTL } from '../../unit/enforcement/histories/model-server.ts';
import type { Write } from '../../unit/enforcement/histories/transcript.ts';
import { MARK_KEYS } from '../../unit/enforcement/mark-keys.ts';

/** What a write needs. */
export interface Tools {
  readonly client: KubeClient;
  /** A folder of the test's own, for what editors write. */
  readonly folder: string;
  /** kubectl as admin; a failure is returned, not thrown. */
  kubectl(args: readonly string[], options?: Pick<KubectlOptions, 'input' | 'env'>): Promise<KubectlResult>;
}

/** Why the API server refused a write, in its own words; `undefined` where it took it. */
type Refusal = string | undefined;

/**
 * Makes a write of a history with the real thing: kubectl, Flux's bare request, the watcher's nudge.
 * @param live the NodePool as its writer sees it; `undefined` before it is created
 */
export async function perform(
  tools: Tools,
  name: string,
  write: Write,
  live: KubeObject | undefined,
): Promise<Refusal> {
  switch (write.write) {
    case 'create':
      return piped(tools, ['create', '-f', '-'], manifestOf(name, write.manifest));
    case 'clientApply':
      return piped(tools, ['apply', '-f', '-'], manifestOf(name, write.manifest));
    case 'serverApply':
      return serverApply(tools, write.manager, manifestOf(name, write.manifest));
    case 'edit':
      return edit(tools, write, present(live, name));
    case 'touch':
      return command(tools, ['label', 'nodepool', name, `touched=${Date.now()}`, '--overwrite']);
    case 'nudge':
      return attempt(tools.client.patch(resources.nodePools, { name }, { kind: 'merge', body: {} }));
  }
}

function manifestOf(name: string, { requirements, budgets, mark }: Manifest): KubeObject {
  const disruption = { consolidateAfter: '0s', ...(budgets === undefined ? {} : { budgets }) };
  const pool = nodePool(name, requirements, { disruption });
  if (mark === undefined) return pool;
  return {
    ...pool,
    metadata: { ...pool.metadata, annotations: { [DECLARED_ANNOTATION]: sealedFor(name, mark) } },
  };
}

function serverApply(tools: Tools, manager: string, manifest: KubeObject): Promise<Refusal> {
  if (manager === APPLIES_AS_KUBECTL) {
    const flags = ['--server-side', '--force-conflicts', `--field-manager=${manager}`];
    return piped(tools, ['apply', ...flags, '-f', '-'], manifest);
  }
  const address = { name: manifest.metadata.name ?? '' };
  return attempt(
    tools.client.patch(
      resources.nodePools,
      address,
      { kind: 'apply', body: manifest },
      { fieldManager: manager, force: true },
    ),
  );
}

function edit(
  tools: Tools,
  { editor, change }: Extract<Write, { write: 'edit' }>,
  live: KubeObject,
): Promise<Refusal> {
  const edited = withChange(live, change);
  if (editor === 'kubectl-replace') return piped(tools, ['replace', '-f', '-'], asManifest(edited));
  const name = live.metadata.name ?? '';
  const file = join(tools.folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(edited));
  // kubectl calls the editor with the path of its own copy.
  const env = { KUBE_EDITOR: `cp ${file}` };
  return command(tools, ['edit', 'nodepool', name, '-o', 'json'], { env });
}

/** The object as kubectl shows it, with the change in it. Of the annotations a history changes only ours. */
function withChange(live: KubeObject, change: Extract<Write, { write: 'edit' }>['change']): KubeObject {
  const { managedFields: _notShown, ...metadata } = live.metadata;
  const edited = structuredClone({ ...live, metadata }) as KubeObject & {
    spec: { template: { spec: { requirements: unknown } }; disruption: { budgets: unknown } };
  };
  if (change.requirements !== undefined) edited.spec.template.spec.requirements = change.requirements;
  if (change.budgets !== undefined) edited.spec.disruption.budgets = change.budgets;
  if (change.annotations !== undefined) {
    const mark = change.annotations[DECLARED_ANNOTATION];
    edited.metadata.annotations = withAnnotation(
      edited.metadata.annotations ?? {},
      DECLARED_ANNOTATION,
      mark === undefined ? undefined : sealedFor(live.metadata.name ?? '', mark),
    );
  }
  return edited;
}

/**
 * Without what the server puts in. kubectl replace writes what it is given into last-applied, and a resourceVersion
 * in there makes every later kubectl apply fail.
 */
function asManifest({ metadata, ...rest }: KubeObject): KubeObject {
  const { resourceVersion, uid, generation, creationTimestamp, ...own } = metadata;
  return { ...rest, metadata: own };
}

function present(live: KubeObject | undefined, name: string): KubeObject {
  if (live === undefined) throw new Error(`NodePool ${name} does not exist, and is edited all the same`);
  return live;
}

function piped(tools: Tools, args: readonly string[], manifest: KubeObject): Promise<Refusal> {
  return command(tools, args, { input: JSON.stringify(manifest) });
}

async function command(
  { kubectl }: Tools,
  args: readonly string[],
  options: Pick<KubectlOptions, 'input' | 'env'> = {},
): Promise<Refusal> {
  const { code, stderr } = await kubectl(args, options);
  return code === 0 ? undefined : stderr;
}

async function attempt(answer: Promise<KubeObject>): Promise<Refusal> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof KubeError && error.status !== undefined) return error.message;
    throw error;
  }
}

/** The mark of the model's NodePool, as the product would have made it for that one. */
function sealedFor(name: string, mark: string): string {
  const content = unsealed(mark);
  return content === mark ? mark : sealed(content, name, MARK_KEYS);
}
