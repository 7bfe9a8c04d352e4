import { encodeRecord, RECORD_NAME } from '../../../shared/record/record-document.ts';
import { ONE_ZONE_AWAY } from './reviews.ts';

/** The record as the watcher writes it: one zone away, one on its way back whose name nobody knows. */
export function recordObject() {
  const zones = [...ONE_ZONE_AWAY.zones, { id: 'use1-az2', state: 'recovering' as const, sources: [] }];
  const { annotations, data } = encodeRecord({ generation: ONE_ZONE_AWAY.generation, zones, ended: {} });
  return { metadata: { namespace: 'zonewarden', name: RECORD_NAME, annotations: { ...annotations } }, data };
}
