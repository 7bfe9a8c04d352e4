import { z } from 'zod';
import { orAbsent } from '../../shared/kube/errors.ts';
import { resources } from '../../shared/kube/resource.ts';
import { type OrderedZone, showZone } from '../../shared/record/orders.ts';
import { decodeRecord, isNeeded, RECORD_NAME } from '../../shared/record/record-document.ts';
import { effectiveAt } from '../../shared/record/zone-record.ts';
import type { Session } from '../session/session.ts';
import { RestoreError } from './restore-error.ts';

/** Name of the webhook for NodePools, in whatever configuration it stands. */
const WEBHOOK = 'nodepools.zonewarden.io';
/** Name of the policy fallback. */
const POLICY = 'zonewarden';
const LEASE = 'zonewarden-watcher';

const configurationSchema = z.object({
  webhooks: z.array(z.object({ name: z.string() })).nullish(),
});
const bindingSchema = z.object({
  spec: z.object({ policyName: z.string().nullish(), validationActions: z.array(z.string()).nullish() }),
});
const leaseSchema = z.object({
  spec: z.object({
    holderIdentity: z.string().nullish(),
    renewTime: z.iso.datetime({ offset: true }).nullish(),
    leaseDurationSeconds: z.number().nullish(),
  }),
});

/**
 * Makes sure that what is given back stays so: with a zone impaired and the webhook called, it would be pruned in the
 * same write. Where it may go on and a watcher still leads, Nodes are not to be uncordoned: it would cordon them again.
 *
 * @throws RestoreError `restore.enforced`
 * @throws KubeError, RecordUnreadableError
 */
export async function whatStandsAgainst(session: Session): Promise<{ readonly nodesStay: boolean }> {
  const zones = await enforcedZones(session);
  if (zones.length === 0) return { nodesStay: false };
  const names = zones.map(showZone).join(', ');
  const callers = await enforcers(session);
  if (callers.length > 0) {
    throw new RestoreError(
      'restore.enforced',
      `${names}: kept out of NodePools, and ${callers.join(' and ')} would see to it in the same write. Set all sources ` +
        'to record and the watcher gives everything back (docs/uninstall.md); or break the glass first ' +
        '(docs/break-glass.md). Nothing was written.',
    );
  }
  if (!(await somebodyLeads(session))) return { nodesStay: false };
  session.output.warn(
    `${names}: the record keeps it out, and a watcher runs that would cordon its Nodes again: they are left as they ` +
      'are. NodePools are pruned again when the webhook is registered again.',
  );
  return { nodesStay: true };
}

/** The zones that the record has as impaired or recovering; none where there is no record. */
async function enforcedZones({ client, namespace, signal }: Session): Promise<readonly OrderedZone[]> {
  const found = await orAbsent(
    client.get(resources.configMaps, { namespace, name: RECORD_NAME }, { signal }),
  );
  if (found === undefined) return [];
  const { record, unreadable } = decodeRecord({ annotations: found.metadata.annotations, data: found.data });
  const part = unreadable.find(isNeeded);
  if (part !== undefined) throw part.error;
  return effectiveAt(record, Date.now()).zones;
}

/** Who would undo it, in words. */
async function enforcers({ client, signal }: Session): Promise<string[]> {
  const { items: configurations } = await client.listAll(
    resources.mutatingWebhookConfigurations,
    {},
    { signal },
  );
  const calling = configurations.filter((object) =>
    configurationSchema.parse(object).webhooks?.some(({ name }) => name === WEBHOOK),
  );
  // A cluster older than Kubernetes 1.30 has no such kind.
  const bindings = await orAbsent(
    client.listAll(resources.validatingAdmissionPolicyBindings, {}, { signal }),
  );
  const denying = (bindings?.items ?? []).filter((object) => {
    const { policyName, validationActions } = bindingSchema.parse(object).spec;
    return policyName === POLICY && validationActions?.includes('Deny') === true;
  });
  return [
    ...calling.map((object) => `MutatingWebhookConfiguration ${object.metadata.name}`),
    ...denying.map((object) => `ValidatingAdmissionPolicyBinding ${object.metadata.name}`),
  ];
}

/** Whether a watcher holds the Lease, as far as this machine's clock can tell. */
async function somebodyLeads({ client, namespace, signal }: Session): Promise<boolean> {
  const lease = await orAbsent(client.get(resources.leases, { namespace, name: LEASE }, { signal }));
  if (lease === undefined) return false;
  const { holderIdentity, renewTime, leaseDurationSeconds } = leaseSchema.parse(lease).spec;
  if (!holderIdentity || renewTime == null) return false;
  return Date.now() - Date.parse(renewTime) < (leaseDurationSeconds ?? 0) * 1000;
}
