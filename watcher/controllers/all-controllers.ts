import { ARC_GROUPS } from '../../shared/record/arc-facts.ts';
import type { Listening } from '../../shared/record/shifts-without-event.ts';
import type { Controller } from '../term/controller.ts';
import type { TermScene } from '../term/scene.ts';
import type { ArcTruth } from './arc/arc-truth.ts';
import { type CatalogScene, createKeepCatalog } from './catalog/keep-catalog.ts';
import { type ClusterReportsScene, createClusterReports } from './cluster-reports/cluster-reports.ts';
import { createExpiring } from './expiring.ts';
import { createFallback, type FallbackScene } from './fallback/fallback.ts';
import { createGiveBack } from './give-back.ts';
import { createRecover } from './recover.ts';
import { createScan, type ScanOptions } from './scan/scan.ts';
import { createSettle } from './settle/settle.ts';
import { createShadows } from './shadows.ts';
import { createSilentQueue } from './silent-queue.ts';
import { createStandstill } from './standstill/standstill.ts';
import { createThaw } from './standstill/thaw.ts';
import { createTend } from './tend.ts';
import { createZoneEvents } from './zone-events.ts';

/** What the duties of one term look at and act on. */
export interface LeaderScene
  extends TermScene,
    FallbackScene,
    CatalogScene,
    ScanOptions,
    Omit<ClusterReportsScene, 'reports'> {
  readonly arc: ArcTruth | undefined;
  /** Since when the queue is listened to. */
  listening(): Listening | undefined;
  /** `undefined` where no reports are kept. */
  readonly reports: ClusterReportsScene['reports'] | undefined;
}

/** All duties of the leader, for one term. A new one is a file, and a line here. */
export function allControllers(scene: LeaderScene): readonly Controller[] {
  const { arc, reports } = scene;
  return [
    createTend(scene, () => arc?.silent() ?? ARC_GROUPS),
    createStandstill(scene),
    createSettle(scene),
    createThaw(scene),
    createRecover(scene),
    createFallback(scene),
    ...(arc === undefined ? [] : [arc.controller()]),
    createZoneEvents(scene),
    createShadows(scene),
    createExpiring(scene),
    createSilentQueue(scene, scene.listening),
    createKeepCatalog(scene),
    createScan(scene),
    createGiveBack(),
    ...(reports === undefined ? [] : [createClusterReports({ ...scene, reports })]),
  ];
}
