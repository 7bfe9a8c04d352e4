import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchEc2Catalog } from '../shared/aws-sdk/fetch-ec2.ts';
import { describeCatalog } from '../shared/catalog/catalog.ts';
import { catalogDocument } from '../shared/catalog/catalog-document.ts';
import { motoVersion, startMoto } from '../test/moto/moto-server.ts';

/**
 * `npm run catalog:snapshot`: makes shared/catalog/bundled-types.json, the snapshot of instance facts that comes with the
 * product, by the same import as `zonewarden catalog import --from ec2`. It asks moto's server, whose answers to
 * ec2:DescribeInstanceTypes are real ones, of all Regions together, and are public: no AWS account is needed.
 *
 * For newer facts: pin another moto in test/moto/moto-requirements.txt, as that file says, and put its date here.
 */

/** When the data were collected, at the latest: the date of the files in moto's wheel (`unzip -l moto-*.whl`). */
const MADE_AT = '2026-10-27T22:45:00Z';
const file = join(import.meta.dirname, '..', 'shared', 'catalog', 'bundled-types.json');

const moto = await startMoto();
try {
  const catalog = await fetchEc2Catalog({
    region: 'us-east-1',
    endpoint: moto.endpoint,
    signal: AbortSignal.timeout(300_000),
    madeAt: MADE_AT,
    // Of no Region: moto tells the types of all, and a pull request is of any.
    origin: {
      source: 'bundled',
      madeAt: MADE_AT,
      madeFrom: `moto ${motoVersion()}, ec2:DescribeInstanceTypes`,
    },
    client: { credentials: moto.credentials },
  });
  writeFileSync(file, `${JSON.stringify(catalogDocument(catalog))}\n`);
  // As everything in the repository is formatted, so that a newer snapshot is a diff that can be read.
  const biome = join(import.meta.dirname, '..', 'node_modules', '.bin', 'biome');
  const { status } = spawnSync(biome, ['format', '--write', file], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`biome did not format ${file}`);
  console.log(`${file}: ${describeCatalog(catalog)}`);
} finally {
  await moto.stop();
}
