import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { codeBlocks, readDocument, section } from '../../unit/docs/markdown.ts';
import { actAsTheProduct } from './acting-as-the-product.ts';
import { type RenderedObject, renderInstallation } from './rendered-manifests.ts';

/** No product runs here: what becomes of the path is between kubectl, the API server and the manifests. */

const CONFIGURATIONS = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'];
const DOCUMENT = 'if-this-fails-see/docs/break-glass.md';

let controlPlane: ControlPlane;
let manifests: readonly RenderedObject[];
beforeAll(async () => {
  controlPlane = await startControlPlane();
  const rendered = await renderInstallation(controlPlane);
  manifests = rendered.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
  await apply(rendered.filter((object) => !manifests.includes(object)));
});
afterAll(() => controlPlane?.stop());
beforeEach(async () => {
  await kubectl('delete', `${CONFIGURATIONS.join()}`, 'zonewarden', '--ignore-not-found');
});

const kubectl = (...args: string[]) => controlPlane.kubectl(args);

async function apply(objects: readonly object[], ...more: string[]): Promise<void> {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  await controlPlane.kubectl(['apply', ...more, '-f', '-'], { input });
}

const configurationSchema = z.looseObject({
  webhooks: z.array(
    z.looseObject({
      clientConfig: z.looseObject({ service: z.looseObject({ path: z.string().optional() }) }),
    }),
  ),
});

/** The paths in both configurations, each different one once. */
async function paths(): Promise<(string | undefined)[]> {
  const found = await Promise.all(
    CONFIGURATIONS.map(async (kind) => {
      const { stdout } = await kubectl('get', kind, 'zonewarden', '-o', 'json');
      const { webhooks } = configurationSchema.parse(JSON.parse(stdout));
      return webhooks.map(({ clientConfig }) => clientConfig.service.path);
    }),
  );
  return [...new Set(found.flat())];
}

/** The manifests of the version before, which had a path without a token. */
function ofTheVersionBefore(): object[] {
  return manifests.map((manifest) => {
    const path = `/${manifest.kind.startsWith('Mutating') ? 'mutate' : 'validate'}/${DOCUMENT}`;
    const { webhooks } = configurationSchema.parse(manifest);
    return {
      ...manifest,
      webhooks: webhooks.map(({ clientConfig, ...rest }) => ({
        ...rest,
        clientConfig: { ...clientConfig, service: { ...clientConfig.service, path } },
      })),
    };
  });
}

/** The commands that docs/keys.md has for an upgrade: one for kubectl apply, and two for server-side apply. */
function documentedCommands(): string[][] {
  const text = section(readDocument('docs/keys.md'), '### Upgrade from a version without tokens');
  return codeBlocks(text, 'sh').map((block) => block.trim().split('\n'));
}

/** Runs `kubectl …` as it stands in a document. */
async function run(command: string): Promise<void> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  expect(words[0]).toBe('kubectl');
  await kubectl(...words.slice(1));
}

const SERVER_SIDE = ['--server-side', '--field-manager=flux'];

describe.each([
  ['client-side', [] as string[]],
  ['server-side', SERVER_SIDE],
])('%s apply', (_, how) => {
  test('does not take back what the product wrote, the first time or later', async () => {
    await apply(manifests, ...how);
    expect(await paths()).toEqual([undefined]);
    await actAsTheProduct(controlPlane);
    const written = await paths();
    expect(written).toHaveLength(2);
    for (let turn = 0; turn < 2; turn += 1) {
      await apply(manifests, ...how);
      expect(await paths()).toEqual(written);
    }
  });

  test('of this version over the one before takes its path out, which the old replicas need', async () => {
    await apply(ofTheVersionBefore(), ...how);
    await apply(manifests, ...how);
    expect(await paths()).toEqual([undefined]);
  });

  test('of this version leaves a path that the old replicas answer, after what docs/keys.md says', async () => {
    const [forClientSide = [], forServerSide = []] = documentedCommands();
    await apply(ofTheVersionBefore(), ...how);
    for (const command of how.length === 0 ? forClientSide : forServerSide) await run(command);
    await apply(manifests, ...how);
    const left = await paths();
    expect(left).toHaveLength(2);
    expect(left[0]).toMatch(/^\/mutate\//);
    expect(left[1]).toMatch(/^\/validate\//);
    // And then it is the product's, and no apply takes it.
    await actAsTheProduct(controlPlane);
    const written = await paths();
    await apply(manifests, ...how);
    expect(await paths()).toEqual(written);
  });
});
