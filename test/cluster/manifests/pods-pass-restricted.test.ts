import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { applyInstallation, installations, renderInstallation } from './rendered-manifests.ts';

let controlPlane: ControlPlane;
beforeAll(async () => {
  controlPlane = await startControlPlane();
  await applyInstallation(controlPlane);
});
afterAll(() => controlPlane?.stop());

const containerSchema = z.looseObject({ name: z.string(), securityContext: z.looseObject({}) });
const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.looseObject({}),
      spec: z.looseObject({ containers: z.array(containerSchema) }),
    }),
  }),
});

async function podTemplate() {
  const { stdout } = await controlPlane.kubectl([
    'get',
    'deployment',
    'zonewarden',
    '-n',
    'zonewarden',
    '-o',
    'json',
  ]);
  return deploymentSchema.parse(JSON.parse(stdout)).spec.template;
}

/** Asks the API server whether it would take this pod: everything is checked, nothing is stored. */
function tryPod({ metadata, spec }: Awaited<ReturnType<typeof podTemplate>>) {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: 'trial', namespace: 'zonewarden' },
    spec,
  };
  return controlPlane.kubectl(['create', '--dry-run=server', '-f', '-'], {
    input: JSON.stringify(pod),
    allowFailure: true,
  });
}

test('a pod of the Deployment is admitted by Pod Security restricted without a warning', async () => {
  expect(await tryPod(await podTemplate())).toMatchObject({ code: 0, stderr: '' });
});

// The others only patch the Deployment or leave it alone; what they render is tried as it is.
test.each(installations)('%s: its pod is admitted, where it has one', async (folder) => {
  const rendered = await renderInstallation(controlPlane, folder);
  const deployments = rendered.filter(({ kind }) => kind === 'Deployment');
  expect(deployments).toHaveLength(folder === 'config/overlays/url' ? 0 : 1);
  for (const deployment of deployments) {
    const { template } = deploymentSchema.parse(deployment).spec;
    expect(await tryPod(template)).toMatchObject({ code: 0, stderr: '' });
  }
});

test('the same pod with any part of its protection taken away is refused', async () => {
  const template = await podTemplate();
  for (const weaker of [{ allowPrivilegeEscalation: true }, { capabilities: {} }, { runAsNonRoot: false }]) {
    const containers = template.spec.containers.map((container) => ({
      ...container,
      securityContext: { ...container.securityContext, ...weaker },
    }));
    const answer = await tryPod({ ...template, spec: { ...template.spec, containers } });
    expect(answer.stderr).toMatch(/violates PodSecurity "restricted:latest"/);
  }
});

test('both containers run from one image, read-only, with probes on ports of their own', async () => {
  const { containers } = (await podTemplate()).spec;
  expect(containers.map((container) => container.name)).toEqual(['webhook', 'watcher']);
  expect(new Set(containers.map((container) => container.image))).toHaveProperty('size', 1);
  for (const container of containers) {
    expect(container).toMatchObject({
      command: expect.arrayContaining(['node', `dist/${container.name}/main.js`]),
      securityContext: { readOnlyRootFilesystem: true },
      readinessProbe: { httpGet: { path: '/readyz', port: `${container.name}-ops` } },
      livenessProbe: { httpGet: { path: '/healthz', port: `${container.name}-ops` } },
    });
  }
});
