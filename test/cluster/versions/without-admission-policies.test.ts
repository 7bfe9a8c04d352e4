import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../../shared/kube/resource.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { type Installation, install } from '../../installation/installation.ts';
import { inZones, nodePool } from '../../installation/node-pools.ts';
import { scrape } from '../../installation/scrape.ts';
import { until } from '../../installation/until.ts';
import { applyInstallation } from '../manifests/rendered-manifests.ts';
import { shiftAway, shiftBack, THREE, TWO, untilZones } from '../product/scenario.ts';

/** An API server that has no ValidatingAdmissionPolicies, as one before 1.30. The tests go on from each other. */

const POLICIES = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'];
const WITHOUT_POLICIES = [
  `--runtime-config=${POLICIES.map((name) => `admissionregistration.k8s.io/v1/${name}=false`).join(',')}`,
  '--disable-admission-plugins=ServiceAccount,ValidatingAdmissionPolicy',
];

let controlPlane: ControlPlane;
let installation: Installation | undefined;

/** The same control plane for somebody who reads that the policies are unknown there and goes on. */
function goingOn(plane: ControlPlane): ControlPlane {
  const kubectl: ControlPlane['kubectl'] = async (args, options = {}) => {
    const result = await plane.kubectl(args, { ...options, allowFailure: true });
    const complaints = result.stderr.split('\n').filter((line) => /^(error|Error|resource)/.test(line));
    const onlyPolicies = complaints.every((line) => /no matches for kind "ValidatingAdm/.test(line));
    if (result.code !== 0 && !(onlyPolicies && complaints.length > 0)) throw new Error(result.stderr);
    return result;
  };
  return new Proxy(plane, {
    get(target, name): unknown {
      const value: unknown = name === 'kubectl' ? kubectl : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

beforeAll(async () => {
  controlPlane = await startControlPlane({ extraApiServerArgs: WITHOUT_POLICIES });
});
afterAll(async () => {
  await installation?.stop();
  await controlPlane?.stop();
});

it('kubectl apply says that it does not know them, and applies everything else', async () => {
  await expect(applyInstallation(controlPlane)).rejects.toThrow(
    'no matches for kind "ValidatingAdmissionPolicy" in version "admissionregistration.k8s.io/v1"',
  );
  const applied = await applyInstallation(goingOn(controlPlane));
  expect(applied).toEqual(
    expect.arrayContaining([
      expect.stringContaining('deployment.apps/zonewarden'),
      expect.stringContaining('mutatingwebhookconfiguration.admissionregistration.k8s.io/zonewarden'),
      expect.stringContaining('validatingwebhookconfiguration.admissionregistration.k8s.io/zonewarden'),
    ]),
  );
  // They name a Service without pods, and would refuse the NodePools of what follows.
  for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'])
    await controlPlane.kubectl(['delete', kind, 'zonewarden']);
});

it('the product does its work, and says once that there is no fallback', async () => {
  installation = await install({ controlPlane: goingOn(controlPlane) });
  const { client, watcher, watcherOpsUrl } = installation;
  await client.create(resources.nodePools, nodePool('web', [inZones(...THREE)]));
  await shiftAway(installation);
  await untilZones(installation, 'web', [inZones(...TWO)]);
  await shiftBack(installation);
  await untilZones(installation, 'web', [inZones(...THREE)]);

  const told = () => watcher.lines().filter(({ event }) => event === 'policy-fallback');
  await until('it is told', async () => told().length > 0);
  expect(told().map(({ presence }) => presence)).toEqual(['unreadable']);
  expect((await scrape(watcherOpsUrl)).sum('zonewarden_policy_fallback_present')).toBe(0);
});
