import { join } from 'node:path';
import { goModuleFolder } from '../karpenter-kwok/go-module-folder.ts';

/** Path of the CRD of ClusterReports, in the version of the module that the go.mod beside this file requires. */
export async function clusterReportCrd(): Promise<string> {
  const folder = await goModuleFolder(import.meta.dirname, 'github.com/openreports/reports-api');
  return join(folder, 'config', 'crd', 'openreports.io_clusterreports.yaml');
}
