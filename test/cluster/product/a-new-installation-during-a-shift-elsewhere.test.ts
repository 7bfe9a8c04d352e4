import { expect, it, onTestFinished } from 'vitest';
import { createKubeClient } from '../../../shared/kube/client.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { decodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import { startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { install } from '../../installation/installation.ts';
import { nodePool } from '../../installation/node-pools.ts';
import { until } from '../../installation/until.ts';
import { askingArc, seconds, startArc } from './arc-scenario.ts';

/** ARC tells of the shift before anybody has looked what the cluster uses. */

const THREE = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1d', 'use1-az4': 'us-east-1b' };
const FOURTH = 'use1-az3';

it('changes no NodePool, not even for a moment', async () => {
  const arc = await startArc();
  onTestFinished(() => arc.stop());
  arc.model.startAutoshift(FOURTH, seconds() - 600);
  const controlPlane = await startControlPlane();
  onTestFinished(() => controlPlane.stop());
  await installKarpenterCrds(controlPlane);
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(controlPlane.kubeconfigPath),
    userAgent: 'test',
  });
  onTestFinished(() => client.close());
  await client.create(resources.nodePools, nodePool('web', []));
  const before = await client.get(resources.nodePools, { name: 'web' });

  const installation = await install({ controlPlane, zones: THREE, watcherArgs: askingArc(arc) });
  onTestFinished(() => installation.stop());
  const { value: record } = await until('the zone is in the record', async () => {
    const at = { namespace: 'zonewarden', name: RECORD_NAME };
    const { metadata, data } = await client.get(resources.configMaps, at);
    const { record: read } = decodeRecord({ annotations: metadata.annotations, data });
    return read.zones.length > 0 ? read : undefined;
  });
  expect(record.zones).toMatchObject([{ id: FOURTH, state: 'elsewhere' }]);
  expect(record.history?.map(({ to }) => to)).toEqual(['elsewhere']);
  const after = await client.get(resources.nodePools, { name: 'web' });
  expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
});
