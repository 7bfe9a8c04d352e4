import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { WATCHER_OPTIONS } from '../../../watcher/options.ts';
import { WEBHOOK_OPTIONS } from '../../../webhook/options.ts';
import { ROOT } from '../architecture/source-files.ts';

const variables = new Set([...WEBHOOK_OPTIONS, ...WATCHER_OPTIONS].map(({ env }) => env));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const containers = z
  .object({
    spec: z.object({
      template: z.object({
        spec: z.object({
          containers: z.array(
            z.object({
              name: z.string(),
              env: z.array(z.object({ name: z.string() })),
              ports: z.array(z.object({ containerPort: z.number() })),
            }),
          ),
        }),
      }),
    }),
  })
  .parse(parse(read('config/base/deployment.yaml'))).spec.template.spec.containers;

describe('the manifests', () => {
  it('set no variable in zonewarden.env that no process reads', () => {
    const names = [...read('config/base/zonewarden.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(names).toContain('ZONEWARDEN_QUEUE_URL');
    for (const name of names) expect(variables).toContain(name);
  });

  it.each(containers)('set no variable in the container $name that no process reads', ({ env }) => {
    // glibc reads its own (mallopt(3)).
    for (const { name } of env) if (!name.startsWith('MALLOC_')) expect(variables).toContain(name);
  });

  it('set no variable in a component that no process reads', () => {
    const files = globSync('config/components/**/*.yaml', { cwd: ROOT }).map(read);
    const names = files.flatMap((text) => [...text.matchAll(/- name: (ZONEWARDEN_\w+)$/gm)]);
    expect(names.length).toBeGreaterThan(1);
    for (const [, name] of names) expect(variables).toContain(name);
  });

  it.each([
    ['webhook', WEBHOOK_OPTIONS],
    ['watcher', WATCHER_OPTIONS],
  ] as const)('open the ports that the %s listens on by default', (name, options) => {
    const ports = containers.find((container) => container.name === name)?.ports ?? [];
    const defaults = options
      .filter(({ flags }) => flags.endsWith('port <port>'))
      .map((option) => Number(option.default));
    expect(ports.map(({ containerPort }) => containerPort).sort()).toEqual(defaults.sort());
  });
});
