import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Requirement } from '../../shared/requirements/requirement.ts';
import { schedulingOracle } from './oracle-binary.ts';

export interface Side {
  readonly requirements: readonly Requirement[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What is asked of Karpenter in one case. */
export interface Question {
  readonly left: Side;
  readonly right: Side;
  /** Of a node. */
  readonly labels: Readonly<Record<string, string>>;
  /** Asked of each key of both sides together: is this value allowed? */
  readonly values: readonly string[];
}

const requirement = z.object({
  key: z.string(),
  operator: z.string(),
  values: z.array(z.string()).optional(),
  minValues: z.number().optional(),
});

const answerSchema = z.object({
  compatible: z.boolean(),
  wellKnown: z.boolean(),
  intersects: z.boolean(),
  conflicts: z.array(z.string()).nullable(),
  intersection: z.array(requirement),
  strings: z.record(z.string(), z.string()),
  labelsMatch: z.boolean(),
  allowed: z.record(z.string(), z.array(z.string()).nullable()),
});
export type Answer = z.infer<typeof answerSchema>;

const factsSchema = z.object({
  wellKnown: z.array(z.string()),
  aliases: z.record(z.string(), z.string()),
});

export interface Answers {
  /** The labels that Karpenter and its AWS provider know, and the aliases of those. */
  readonly facts: z.infer<typeof factsSchema>;
  readonly answers: readonly Answer[];
}

/** Asks Karpenter's own code, one process for all questions. */
export async function askKarpenter(questions: readonly Question[]): Promise<Answers> {
  const child = spawn(await schedulingOracle(), [], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.on('error', () => undefined); // The exit status tells.
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  const [out, complaints, status] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (status !== 0) throw new Error(`The program that asks Karpenter ended with ${status}: ${complaints}`);
  const [facts = '', ...answers] = out.trimEnd().split('\n');
  return {
    facts: factsSchema.parse(JSON.parse(facts)),
    answers: answers.map((line) => answerSchema.parse(JSON.parse(line))),
  };
}
