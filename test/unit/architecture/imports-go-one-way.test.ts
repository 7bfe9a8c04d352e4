import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cyclesIn, importGraph, roomGraph } from './import-cycles.ts';
import {
  atMost300Lines,
  BESIDE,
  controllersKnowNoOther,
  DECIDING_ROOMS,
  decidingRoomsImportNoIo,
  foldersSayWhatIsInside,
  IMPURE_ROOMS,
  importsGoOneWay,
  noClockAndNoChance,
  onlyDependencies,
  PRODUCT,
  PURE_ROOMS,
  pureRoomsImportNoIo,
  type Rule,
  roomsAreListed,
  whoTellsKnowsNoListener,
} from './rules.ts';
import { ROOT, sourceFiles } from './source-files.ts';

const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()) });
const { dependencies } = packageSchema.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

const product = sourceFiles(PRODUCT);
const everything = sourceFiles([...PRODUCT, 'demo', 'bench', 'scripts', 'test']);

/** Each rule, where it holds, and a file that breaks it: a rule that can't fail holds nothing. */
const rules: { name: string; rule: Rule; files: typeof product; bad: { path: string; text: string }[] }[] = [
  {
    name: 'webhook, watcher and cli import shared and never each other; shared imports none; nobody imports tests or the demo',
    rule: importsGoOneWay,
    files: product,
    bad: [
      { path: 'webhook/main.ts', text: "import { startWatcher } from '../watcher/watcher-process.ts';\n" },
      { path: 'watcher/hearing/consumer.ts', text: "import '../../webhook/main.ts';\n" },
      { path: 'cli/shift/a.ts', text: "import { consume } from '../../watcher/hearing/consumer.ts';\n" },
      { path: 'watcher/main.ts', text: "import { visible } from '../cli/output/output.ts';\n" },
      { path: 'shared/record/a.ts', text: "import { visible } from '../../cli/output/output.ts';\n" },
      { path: 'shared/kube/client.ts', text: "export { x } from '../../webhook/options.ts';\n" },
      {
        path: 'shared/record/zone-keys.ts',
        text: "import type { A } from '../../demo/events.ts';\n",
      },
      { path: 'webhook/options.ts', text: "const x = await import('../test/installation/until.ts');\n" },
      { path: 'watcher/main.ts', text: "import {\n  a,\n  b,\n} from '../bench/main.ts';\n" },
      { path: 'router/main.ts', text: '' },
    ],
  },
  {
    name: 'every room of shared is said to be pure or not',
    rule: roomsAreListed,
    files: product,
    bad: [{ path: 'shared/new-room/a.ts', text: '' }],
  },
  {
    name: 'the pure rooms of shared import no I/O',
    rule: pureRoomsImportNoIo,
    files: product,
    bad: [
      { path: 'shared/facts/a.ts', text: "import type { Logger } from '../process/logger.ts';\n" },
      { path: 'shared/record/a.ts', text: "import { readFileSync } from 'node:fs';\n" },
      { path: 'shared/audit/a.ts', text: "import type { Logger } from '../logging/logger.ts';\n" },
      { path: 'shared/enforcement/a.ts', text: "import type { KubeClient } from '../kube/client.ts';\n" },
      { path: 'shared/json/a.ts', text: "import { Registry } from 'prom-client';\n" },
    ],
  },
  {
    name: 'the rooms that decide about one request or message import no I/O',
    rule: decidingRoomsImportNoIo,
    files: product,
    bad: [
      { path: 'webhook/mutate/a.ts', text: "import { request } from 'node:https';\n" },
      {
        path: 'webhook/admission/a.ts',
        text: "import { startOpsServer } from '../../shared/process/ops-server.ts';\n",
      },
      { path: 'webhook/policies/a.ts', text: "import { SQSClient } from '@aws-sdk/client-sqs';\n" },
    ],
  },
  {
    name: 'neither kind of room looks at a clock, at chance or at its process',
    rule: noClockAndNoChance,
    files: product,
    bad: [
      { path: 'shared/enforcement/a.ts', text: 'const now = Date.now();\n' },
      { path: 'shared/record/a.ts', text: 'const now = new Date();\n' },
      { path: 'webhook/validate/a.ts', text: 'const started = performance.now();\n' },
      { path: 'shared/signals/a.ts', text: "console.log('event');\n" },
      { path: 'shared/audit/a.ts', text: 'const { env } = process;\nprocess.exit(1);\n' },
    ],
  },
  {
    name: 'in the watcher, who tells facts knows no listener, and duties nothing of the queue',
    rule: whoTellsKnowsNoListener,
    files: product,
    bad: [
      {
        path: 'watcher/controllers/settle/a.ts',
        text: "import type { WatcherMetrics } from '../../listeners/watcher-metrics.ts';\n",
      },
      { path: 'watcher/controllers/a.ts', text: "import '../listeners/write-to-log.ts';\n" },
      { path: 'watcher/hearing/a.ts', text: "import '../listeners/show-in-metrics.ts';\n" },
      {
        path: 'watcher/controllers/arc/a.ts',
        text: "import { consume } from '../../hearing/consumer.ts';\n",
      },
      { path: 'watcher/hearing/a.ts', text: "import '../controllers/arc/arc-truth.ts';\n" },
    ],
  },
  {
    name: 'a duty of the leader knows no other one',
    rule: controllersKnowNoOther,
    files: product,
    bad: [
      { path: 'watcher/controllers/tend.ts', text: "import { createRecover } from './recover.ts';\n" },
      { path: 'watcher/controllers/tend.ts', text: "import { a } from './arc/arc-truth.ts';\n" },
      { path: 'watcher/controllers/scan/a.ts', text: "import type { A } from '../settle/settle.ts';\n" },
      { path: 'watcher/controllers/scan/a.ts', text: "import type { A } from '../all-controllers.ts';\n" },
      { path: 'watcher/controllers/scan/a.ts', text: "export * from '../shadows.ts';\n" },
    ],
  },
  {
    name: 'the product imports its dependencies and nothing else',
    rule: onlyDependencies(Object.keys(dependencies)),
    files: product,
    bad: [{ path: 'shared/kube/a.ts', text: "import fc from 'fast-check';\n" }],
  },
  {
    name: 'no file has more than 300 lines',
    rule: atMost300Lines,
    files: everything,
    bad: [{ path: 'webhook/a.ts', text: '\n'.repeat(301) }],
  },
  {
    name: 'folders say what is inside',
    rule: foldersSayWhatIsInside,
    files: everything,
    bad: [
      { path: 'shared/utils/a.ts', text: '' },
      { path: 'test/unit/helpers/a.ts', text: '' },
      { path: 'watcher/common/a.ts', text: '' },
    ],
  },
];

describe.each(rules)('$name', ({ rule, files, bad }) => {
  it('holds for all files', () => {
    expect(files.length).toBeGreaterThan(80);
    expect(files.flatMap(rule)).toEqual([]);
  });

  it.each(bad)('is broken by $path: $text', (file) => {
    expect(rule(file)).not.toEqual([]);
  });
});

describe('the rooms that the rules name', () => {
  it.each([...PURE_ROOMS, ...IMPURE_ROOMS, ...DECIDING_ROOMS])('%s has files', (room) => {
    expect(product.some(({ path }) => path.startsWith(room))).toBe(true);
  });

  it('comments that mention a clock break nothing', () => {
    const text = '/** Not Date.now(). */\n// nor new Date()\nexport const a = Date.parse(b);\n';
    expect(noClockAndNoChance({ path: 'shared/record/a.ts', text })).toEqual([]);
  });
});

it('every folder with TypeScript is a part of the product or beside it', () => {
  const folders = new Set(sourceFiles(['*']).map(({ path }) => path.split('/')[0] ?? ''));
  expect([...folders].sort()).toEqual([...PRODUCT, ...BESIDE].sort());
});

/** In a circle none can be read or moved without the others. */
describe('imports go round in no circle', () => {
  it('between files', () => {
    expect(cyclesIn(importGraph(product))).toEqual([]);
  });

  it('between rooms', () => {
    expect(cyclesIn(roomGraph(importGraph(product)))).toEqual([]);
  });

  it('and one that does is found', () => {
    const text = (name: string) => `import type { A } from './${name}.ts';\n`;
    const files = [
      { path: 'shared/kube/a.ts', text: text('b') },
      { path: 'shared/kube/b.ts', text: text('c') },
      { path: 'shared/kube/c.ts', text: text('b') },
      { path: 'shared/kube/d.ts', text: "import '../json/e.ts';\n" },
      { path: 'shared/json/e.ts', text: "import '../kube/a.ts';\n" },
    ];
    const graph = importGraph(files);
    expect(cyclesIn(graph)).toEqual([['shared/kube/b.ts', 'shared/kube/c.ts']]);
    expect(cyclesIn(roomGraph(graph))).toEqual([['shared/json', 'shared/kube']]);
  });
});
