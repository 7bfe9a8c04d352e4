import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ApiServer } from '../cluster/availability/api-caller.ts';
import type { NodeCluster } from './cluster.ts';

const WRITER = 'zonewarden-test-writer';
const configSchema = z.object({
  clusters: z
    .array(z.object({ cluster: z.object({ server: z.url(), 'certificate-authority-data': z.string() }) }))
    .transform(([first]) => first?.cluster),
});

/** Somebody who writes NodePools, with a token of their own; removed by `removeWriter`. */
export async function makeWriter({ kubectl, dir }: NodeCluster): Promise<ApiServer> {
  const rules = ['--verb=get,list,create,update,patch,delete', '--resource=nodepools.karpenter.sh'];
  await kubectl(['create', 'serviceaccount', WRITER, '-n', 'default']);
  await kubectl(['create', 'clusterrole', WRITER, ...rules]);
  await kubectl([
    ...['create', 'clusterrolebinding', WRITER],
    ...[`--clusterrole=${WRITER}`, `--serviceaccount=default:${WRITER}`],
  ]);
  const { stdout: token } = await kubectl(['create', 'token', WRITER, '-n', 'default', '--duration=1h']);
  const view = ['config', 'view', '--minify', '--flatten', '--raw', '-o', 'json'];
  const { clusters: cluster } = configSchema.parse(JSON.parse((await kubectl(view)).stdout));
  if (cluster === undefined) throw new Error('the kubeconfig names no cluster');
  const caFile = join(dir, 'ca.crt');
  writeFileSync(caFile, Buffer.from(cluster['certificate-authority-data'], 'base64'));
  return { endpoint: cluster.server, caFile, adminToken: token.trim() };
}

export async function removeWriter({ kubectl }: NodeCluster): Promise<void> {
  const gone = ['--ignore-not-found'];
  await kubectl(['delete', 'clusterrolebinding,clusterrole', WRITER, ...gone]);
  await kubectl(['delete', 'serviceaccount', WRITER, '-n', 'default', ...gone]);
}
