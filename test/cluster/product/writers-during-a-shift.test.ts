import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { DECLARED_ANNOTATION } from '../../../shared/enforcement/declared-annotation.ts';
import type { KubeObject } from '../../../shared/kube/object.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { AWAY, poolNamed, shiftAway, shiftBack, THREE, TWO, untilZones, zonesOf } from './scenario.ts';

/** Everybody who writes NodePools, on a real API server with the real kubectl, while a zone is away. */

let installation: Installation;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zonewarden-writers-'));
  installation = await install();
  await shiftAway(installation);
});
afterAll(async () => {
  await installation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const kubectl = (args: string[], input?: string) =>
  installation.controlPlane.kubectl(args, { allowFailure: true, ...(input === undefined ? {} : { input }) });
const yaml = (object: KubeObject) => stringify(object);
const threeZones = (name: string, spec: object = {}) => nodePool(name, [inZones(...THREE)], spec);

/** The warning that people see: the zone by both names, and why. */
function expectWarning(stderr: string): void {
  expect(stderr).toContain(`zone ${AWAY.name} (${AWAY.id}) is impaired (autoshift since `);
}

async function expectPruned(name: string): Promise<KubeObject> {
  const pool = await poolNamed(installation, name);
  expect(zonesOf(pool)).toEqual([inZones(...TWO)]);
  expect(pool.spec).toMatchObject({ disruption: { budgets: [{ nodes: '10%' }, { nodes: '0' }] } });
  return pool;
}

describe('a NodePool that lists the impaired zone', () => {
  const writers: [string, (name: string) => Promise<{ stderr: string; code: number }>][] = [
    ['kubectl create', (name) => kubectl(['create', '-f', '-'], yaml(threeZones(name)))],
    ['kubectl apply', (name) => kubectl(['apply', '-f', '-'], yaml(threeZones(name)))],
    [
      'kubectl apply --server-side',
      (name) => kubectl(['apply', '--server-side', '-f', '-'], yaml(threeZones(name))),
    ],
  ];
  it.each(writers)('is stored without it by %s, with a warning', async (writer, write) => {
    const name = writer.replaceAll(/[^a-z]+/g, '-');
    const { stderr, code } = await write(name);
    expect(code).toBe(0);
    expectWarning(stderr);
    await expectPruned(name);
  });

  it.each([
    ['client-side', ['apply', '-f', '-']],
    ['server-side', ['apply', '--server-side', '-f', '-']],
  ])('is no write when it is applied again, %s, and kubectl diff is clean', async (side, args) => {
    const manifest = yaml(threeZones(`again-${side}`));
    await kubectl(args, manifest);
    const before = await poolNamed(installation, `again-${side}`);
    expectWarning((await kubectl(args, manifest)).stderr);
    const after = await poolNamed(installation, `again-${side}`);
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(after.metadata.generation).toBe(before.metadata.generation);
    const diff = await kubectl(
      ['diff', ...(side === 'server-side' ? ['--server-side'] : []), '-f', '-'],
      manifest,
    );
    expect(diff).toMatchObject({ code: 0, stdout: '' });
  });

  it('is answered the same by --dry-run=server, which stores nothing', async () => {
    const { stdout, stderr } = await kubectl(
      ['apply', '--dry-run=server', '-o', 'json', '-f', '-'],
      yaml(threeZones('dry')),
    );
    expectWarning(stderr);
    expect(zonesOf(JSON.parse(stdout) as KubeObject)).toEqual([inZones(...TWO)]);
    expect((await kubectl(['get', 'nodepool', 'dry'])).code).toBe(1);
  });

  it('stays pruned when kubectl edit puts the zone back, and gets it back at the end', async () => {
    await kubectl(['apply', '-f', '-'], yaml(threeZones('edited')));
    const editor = join(folder, 'editor.sh');
    writeFileSync(
      editor,
      '#!/bin/sh\nsed -i "s/^\\( *\\)- us-east-1b$/\\1- us-east-1a\\n\\1- us-east-1b/" "$1"\n',
    );
    chmodSync(editor, 0o755);
    const before = await expectPruned('edited');
    const edit = await installation.controlPlane.kubectl(['edit', 'nodepool', 'edited'], {
      allowFailure: true,
      env: { KUBE_EDITOR: editor },
    });
    expect(edit.code).toBe(0);
    expectWarning(edit.stderr);
    // The editor becomes the manager of the list, which changes the resourceVersion and nothing else.
    expect((await expectPruned('edited')).metadata.generation).toBe(before.metadata.generation);
  });

  it('stays pruned through merge and JSON patches', async () => {
    await kubectl(['apply', '-f', '-'], yaml(threeZones('patched')));
    const merge = JSON.stringify({ spec: { template: { spec: { requirements: [inZones(...THREE)] } } } });
    expectWarning((await kubectl(['patch', 'nodepool', 'patched', '--type=merge', '-p', merge])).stderr);
    const before = await expectPruned('patched');
    const json = JSON.stringify([
      { op: 'add', path: '/spec/template/spec/requirements/0/values/0', value: 'us-east-1a' },
    ]);
    expectWarning((await kubectl(['patch', 'nodepool', 'patched', '--type=json', '-p', json])).stderr);
    expect((await expectPruned('patched')).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });

  it('stays pruned through kubectl replace of the manifest in Git', async () => {
    await kubectl(['create', '-f', '-'], yaml(threeZones('replaced')));
    expectWarning((await kubectl(['replace', '-f', '-'], yaml(threeZones('replaced')))).stderr);
    await expectPruned('replaced');
  });

  it('keeps its declaration when somebody deletes the annotation and the freeze', async () => {
    await kubectl(['apply', '-f', '-'], yaml(threeZones('tampered')));
    const before = await expectPruned('tampered');
    const patch = JSON.stringify({
      metadata: { annotations: { [DECLARED_ANNOTATION]: null } },
      spec: { disruption: { budgets: [{ nodes: '10%' }] } },
    });
    await kubectl(['patch', 'nodepool', 'tampered', '--type=merge', '-p', patch]);
    expect((await expectPruned('tampered')).metadata.annotations).toEqual(before.metadata.annotations);
  });
});

describe('when the zone is back', () => {
  it('every NodePool is what its owner last declared, with no mark left', async () => {
    // Declared anew while the zone is away: by Git, in full, and by a person who sees the pruned list.
    await kubectl(['apply', '-f', '-'], yaml(nodePool('shrunk', [inZones(...THREE)])));
    await kubectl(['apply', '-f', '-'], yaml(nodePool('shrunk', [inZones('us-east-1b')])));
    await kubectl(
      ['apply', '--server-side', '-f', '-'],
      yaml(nodePool('grown', [inZones('us-east-1a', 'us-east-1b')])),
    );
    const grown = nodePool('grown', [inZones('us-east-1a', 'us-east-1b', 'us-east-1d')]);
    await kubectl(['apply', '--server-side', '-f', '-'], yaml(grown));
    await kubectl(['apply', '-f', '-'], yaml(nodePool('seen', [inZones(...THREE)])));
    const seen = JSON.stringify({ spec: { template: { spec: { requirements: [inZones('us-east-1c')] } } } });
    await kubectl(['patch', 'nodepool', 'seen', '--type=merge', '-p', seen]);

    await shiftBack(installation);
    await until('no NodePool bears a mark or a freeze of ours', async () => {
      const { items } = await installation.client.listAll(resources.nodePools);
      return items.every(
        (pool) =>
          pool.metadata.annotations?.[DECLARED_ANNOTATION] === undefined &&
          JSON.stringify(pool.spec).includes('"budgets":[{"nodes":"10%"}]'),
      );
    });
    await untilZones(installation, 'shrunk', [inZones('us-east-1b')]);
    await untilZones(installation, 'grown', [inZones('us-east-1a', 'us-east-1b', 'us-east-1d')]);
    await untilZones(installation, 'seen', [inZones('us-east-1a', 'us-east-1c')]);
    for (const name of ['edited', 'patched', 'replaced', 'tampered']) {
      await untilZones(installation, name, [inZones(...THREE)]);
    }
  });
});
