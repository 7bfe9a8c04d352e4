import { spawn } from 'node:child_process';
import { createKubeClient, type KubeClient } from '../../../shared/kube/client.ts';
import { isNotFound } from '../../../shared/kube/errors.ts';
import { loadKubeConfig } from '../../../shared/kube/kube-config.ts';
import { resources } from '../../../shared/kube/resource.ts';
import { decodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import { EMPTY_RECORD, type ZoneRecord } from '../../../shared/record/zone-record.ts';
import { createRecordStore } from '../../../shared/stores/record-store.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { installKarpenterCrds } from '../../control-plane/crds.ts';
import { programPath } from '../../installation/programs.ts';

export const AT = { namespace: 'zonewarden', name: RECORD_NAME };
export const USED = { 'use1-az1': 'us-east-1a', 'use1-az2': 'us-east-1b', 'use1-az4': 'us-east-1c' };

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real API server with Karpenter's CRDs and the product's namespace, and the command line as people start it. */
export interface ShiftScene {
  readonly controlPlane: ControlPlane;
  readonly client: KubeClient;
  /** `zonewarden shift …args`, as the admin unless another kubeconfig is given; resolves when it has ended. */
  shift(args: readonly string[], kubeconfig?: string): Promise<Ended>;
  /** Puts a record there, whatever was there before. */
  putRecord(record: Partial<ZoneRecord>): Promise<void>;
  deleteRecord(): Promise<void>;
  recordNow(): Promise<ZoneRecord>;
  stop(): Promise<void>;
}

export async function startShiftScene(): Promise<ShiftScene> {
  const controlPlane = await startControlPlane();
  await installKarpenterCrds(controlPlane);
  await controlPlane.kubectl(['create', 'namespace', AT.namespace]);
  const client = createKubeClient({
    kubeConfig: loadKubeConfig(controlPlane.kubeconfigPath),
    userAgent: 'test',
  });
  const deleteRecord = async () => {
    await client.delete(resources.configMaps, AT).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  };
  return {
    controlPlane,
    client,
    shift: (args, kubeconfig = controlPlane.kubeconfigPath) => runCli(['shift', ...args], kubeconfig),
    deleteRecord,
    async putRecord(record) {
      await deleteRecord();
      const store = createRecordStore({
        client,
        namespace: AT.namespace,
        fieldManager: 'test',
        highestMark: async () => 0,
      });
      const whole = { ...EMPTY_RECORD, generation: 1, used: USED, ...record };
      await store.update(() => whole, AbortSignal.timeout(30_000));
    },
    async recordNow() {
      const { metadata, data } = await client.get(resources.configMaps, AT);
      return decodeRecord({ annotations: metadata.annotations, data }).record;
    },
    async stop() {
      client.close();
      await controlPlane.stop();
    },
  };
}

/** Runs the command line as a process of its own. */
export function runCli(args: readonly string[], kubeconfig: string): Promise<Ended> {
  const child = spawn(process.execPath, [programPath('cli', process.env.ZONEWARDEN_PROGRAMS), ...args], {
    env: { ...process.env, KUBECONFIG: kubeconfig, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
  });
}
