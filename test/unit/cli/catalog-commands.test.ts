import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../cli/program.ts';
import { bundledCatalog } from '../../../shared/catalog/bundled.ts';
import { catalogDocument, readCatalog } from '../../../shared/catalog/catalog-document.ts';
import { described } from '../catalog/described-type.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zonewarden-catalog-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, text = ''): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Runs a command line with something piped in. */
async function run(argv: readonly string[], piped = '') {
  let out = '';
  let error = '';
  const status = await runCommandLine(
    ['catalog', ...argv],
    {
      say: (text) => {
        out += `${text}\n`;
      },
      warn: (text) => {
        error += text;
      },
      fail: (text) => {
        error += text;
      },
      write: (to, text) => {
        if (to === 'out') out += text;
        else error += text;
      },
    },
    { isTerminal: false, read: async () => piped },
  );
  return { status, out, error };
}

const types = JSON.stringify({ InstanceTypes: ['m5.large', 'c5.large'].map((name) => described(name)) });
const offerings = JSON.stringify({
  InstanceTypeOfferings: [{ InstanceType: 'm5.large', Location: 'use1-az1' }],
});
const metrics =
  'karpenter_cloudprovider_instance_type_offering_available{capacity_type="spot",instance_type="m5.large",zone="us-east-1a"} 1\n';

describe('catalog import', () => {
  it("writes what the AWS CLI's files make to standard output, as old as the older of them", async () => {
    const [first, second] = [file('types.json', types), file('offerings.json', offerings)];
    utimesSync(second, new Date('2026-03-01T00:00:00Z'), new Date('2026-03-01T00:00:00Z'));
    const { status, out, error } = await run([
      'import',
      '--from',
      'aws-cli',
      '--region',
      'us-east-1',
      first,
      second,
    ]);
    expect([status, error]).toEqual([0, '']);
    expect(readCatalog(JSON.parse(out))).toMatchObject({
      origin: { source: 'aws-cli', region: 'us-east-1', madeAt: '2026-03-01T00:00:00.000Z' },
      types: ['m5.large'],
    });
  });

  it('reads what is piped in, packs a file that ends in .gz, and says what it wrote', async () => {
    const path = join(folder, 'catalog.json.gz');
    const { status, out } = await run(['import', '--from', 'aws-cli', '-o', path, '-'], `${types}${types}`);
    expect(status).toBe(0);
    expect(out).toMatch(
      /catalog\.json\.gz: the AWS CLI's answers of .*, 2 types, without zones, so that .* upper bound/,
    );
    expect(readCatalog(JSON.parse(gunzipSync(readFileSync(path)).toString())).types).toHaveLength(2);
    const shown = await run(['show', path, '--type', 'c5.*', '-o', 'json']);
    expect(JSON.parse(shown.out)).toMatchObject({
      typeCount: 2,
      types: [{ name: 'c5.large', zoneIds: null }],
    });
  });

  it("takes a page of Karpenter's metrics, with the IDs of zones", async () => {
    const argv = ['import', '--from', 'karpenter-metrics', '--zone-map', 'use1-az1=us-east-1a', '-'];
    const { status, out } = await run(argv, metrics);
    expect(status).toBe(0);
    expect(readCatalog(JSON.parse(out)).offerings?.zoneIds).toEqual(['use1-az1']);
  });

  it.each([
    [['import'], /give --region/],
    [['import', '--from', 'ec2', '--region', 'us-east-1', 'a.json'], /reads no files/],
    [['import', '--from', 'aws-cli'], /reads files: name them/],
    [['import', '--from', 'aws-cli', '/does/not/exist.json'], /exist\.json cannot be read: ENOENT/],
    [
      ['import', '--from', 'aws-cli', '--endpoint-url', 'http://127.0.0.1:1', '-'],
      /--endpoint-url goes with/,
    ],
    [['import', '--from', 'aws-cli', '--zone-map', 'use1-az1=us-east-1a', '-'], /--zone-map goes with/],
    [['import', '--from', 'karpenter-metrics', '-', '-'], /reads one page/],
    [['import', '--from', 'karpenter-metrics', '--zone-map', 'nonsense', '-'], /--zone-map nonsense/],
    [['import', '--from', 'hearsay'], /Allowed choices are ec2, aws-cli, karpenter-metrics/],
    [['import', '--from', 'aws-cli', '-'], /<stdin> is not JSON/],
    [['import', '--from', 'karpenter-metrics', '-'], /page of Karpenter's \/metrics/],
    [['show', '/does/not/exist.json'], /cannot be read: ENOENT/],
    [['show', '--type', 'm5.gigantic'], /no type like m5\.gigantic/],
    [['show', '-o', 'yaml'], /Allowed choices are table, json/],
  ])('%j ends with 2', async (argv, words) => {
    const { status, out, error } = await run(argv, 'nonsense');
    expect([status, out]).toEqual([2, '']);
    expect(error).toMatch(words);
  });

  it('ends with 2 where the file cannot be written, and with 1 where EC2 does not answer', async () => {
    const unwritable = await run(['import', '--from', 'aws-cli', '-o', '/does/not/exist', '-'], types);
    expect([unwritable.status, unwritable.error]).toEqual([2, expect.stringContaining('cannot be written')]);
    const argv = ['import', '--region', 'not a region'];
    const refused = await run(argv);
    expect([refused.status, refused.error]).toEqual([
      1,
      expect.stringMatching(/EC2 Describe.*check the AWS Region/),
    ]);
  });
});

describe('catalog show', () => {
  it('tells source, age and counts of the bundled one', async () => {
    const { status, out } = await run(['show']);
    expect(status).toBe(0);
    expect(out).toMatch(
      /^the bundled snapshot of 20\d\d-\d\d-\d\d, 1,\d{3} types \(\d+ days? old\) of \d+ families, 1,\d{3} as Spot; without zones.* Made from moto/,
    );
  });

  it('lists the labels of a type', async () => {
    const path = file('catalog.json', JSON.stringify(catalogDocument(bundledCatalog())));
    const { out } = await run(['show', path, '--type', 'm5.metal']);
    expect(out).toMatch(/^m5\.metal$/m);
    expect(out).toMatch(/^ {2}capacity types +on-demand, spot$/m);
    expect(out).toMatch(/^ {2}karpenter\.k8s\.aws\/instance-cpu +96$/m);
    expect(out).toMatch(/^ {2}karpenter\.k8s\.aws\/instance-hypervisor +""$/m);
  });
});
