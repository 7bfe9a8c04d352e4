import { describe, expect, it } from 'vitest';
import { WATCHER_OPTIONS } from '../../../watcher/options.ts';
import { WEBHOOK_OPTIONS } from '../../../webhook/options.ts';
import { type ProgramName, programPath } from '../../installation/programs.ts';
import { runProgram } from '../check/checking.ts';

/** Runs the real process; bad usage has to end it before it connects to anything. */
async function run(
  program: ProgramName,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const path = programPath(program, process.env.ZONEWARDEN_PROGRAMS);
  const { code, stdout, stderr } = await runProgram(process.execPath, [path, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
  });
  return { status: code, stdout, stderr };
}

const webhook = 'webhook';
const watcher = 'watcher';

describe('bad usage ends the process with status 2 and one line that says what is wrong', () => {
  it.each([
    [webhook, ['--port', 'x'], /^error: --port \(ZONEWARDEN_WEBHOOK_PORT\): .*expected number/],
    [
      watcher,
      ['--queue-url', 'arn:aws:sqs:us-east-1:111122223333:zonewarden'],
      /^error: --queue-url \(ZONEWARDEN_QUEUE_URL\): .* give its URL: https:\/\/sqs\.us-east-1\.amazonaws\.com\/111122223333\/zonewarden \[queue\.url-is-arn\]/,
    ],
    [watcher, ['--frob'], /^error: unknown option '--frob'/],
  ] as const)('%s %j', async (program, args, message) => {
    const { status, stdout, stderr } = await run(program, args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('also where the value comes from the environment', async () => {
    const { status, stderr } = await run(webhook, [], { ZONEWARDEN_WEBHOOK_OPS_PORT: 'y' });
    expect(stderr).toMatch(/^error: --ops-port \(ZONEWARDEN_WEBHOOK_OPS_PORT\): /);
    expect(status).toBe(2);
  });
});

describe('--help', () => {
  it.each([
    [webhook, WEBHOOK_OPTIONS],
    [watcher, WATCHER_OPTIONS],
  ] as const)('%s lists every option with its variable and ends with status 0', async (program, options) => {
    const { status, stdout } = await run(program, ['--help']);
    expect(status).toBe(0);
    for (const { flags, env } of options) {
      expect(stdout).toContain(flags);
      expect(stdout).toContain(env);
    }
  });
});

describe('a start that fails', () => {
  it('ends with status 1 and one line that names the file', async () => {
    const { status, stdout } = await run(webhook, ['--kubeconfig', '/nonexistent/kubeconfig']);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'fatal', component: 'webhook', message: 'the process cannot go on' });
    expect(line.error).toContain('/nonexistent/kubeconfig');
    expect(status).toBe(1);
  });
});
