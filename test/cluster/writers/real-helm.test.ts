import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureHelm } from '../../helm/helm-binaries.ts';
import { install } from '../../installation/installation.ts';
import { poolNamed, shiftAway, shiftBack, untilSettled } from '../product/scenario.ts';
import { realHelm } from './families/real-helm.ts';
import { inLockstep } from './in-lockstep.ts';
import { type Row, tableSchema } from './row.ts';

/**
 * On demand, because Helm has to be built first: `ZONEWARDEN_REAL_HELM=1 npx vitest run --project cluster
 * test/cluster/writers/real-helm.test.ts`. The table has Helm's requests as we send them; here Helm sends them.
 */
const isWanted = process.env.ZONEWARDEN_REAL_HELM === '1';

/** What does not depend on dry runs and repetitions. Helm 3 sends nothing where we know that it does not. */
const outcome = ({ meanwhile: { zones, budgets, write }, owners, after }: Row) => ({
  zones,
  budgets,
  write: write === 'not sent' ? 'no write' : write,
  owner: owners.requirements.split(' → ').slice(0, 2),
  after,
});

describe.runIf(isWanted)('Helm itself', () => {
  it('ends where its requests in the table of writers do', async () => {
    const binaries = await ensureHelm();
    const folder = mkdtempSync(join(tmpdir(), 'zonewarden-helm-'));
    const installation = await install();
    try {
      const { client, controlPlane } = installation;
      const tools = {
        client,
        folder,
        kubectl: (args: readonly string[]) => controlPlane.kubectl(args, { allowFailure: true }),
        live: (name: string) => poolNamed(installation, name),
      };
      const cases = realHelm(binaries, controlPlane.kubeconfigPath)(tools);
      const rows = await inLockstep(tools, cases, {
        away: () => shiftAway(installation),
        back: () => shiftBack(installation),
        settled: () => untilSettled(installation),
      });
      const text = readFileSync(join(import.meta.dirname, 'expected.yaml'), 'utf8');
      const expected = Object.assign({}, ...Object.values(tableSchema.parse(parse(text)))) as Record<
        string,
        Row
      >;
      const outcomes = (of: Record<string, Row>) =>
        Object.fromEntries(
          cases.flatMap(({ name }) => (of[name] === undefined ? [] : [[name, outcome(of[name])]])),
        );
      expect(outcomes(rows)).toEqual(outcomes(expected));
      expect(Object.keys(outcomes(expected))).toHaveLength(cases.length);
    } finally {
      await installation.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 1_200_000); // Of which most is for the build, once.
});
