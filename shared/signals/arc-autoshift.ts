import { arcFamily } from './arc-events.ts';

/**
 * Autoshifts: AWS shifts traffic away from a zone by itself. An observer notification has no resources and speaks
 * for the Region; otherwise the event speaks for the resource that it names, and an end ends that one only.
 */
export const arcAutoshift = arcFamily({
  kind: 'autoshift',
  starts: ['Autoshift In Progress'],
  ends: ['Autoshift Completed'],
  regional: true,
});
