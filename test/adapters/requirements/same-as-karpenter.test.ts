import { beforeAll, describe, expect, it } from 'vitest';
import { allows } from '../../../shared/requirements/allowed-values.ts';
import { canonicalLabel } from '../../../shared/requirements/labels.ts';
import {
  conflicts,
  incompatibleKeys,
  matchesLabels,
  requirementMap,
} from '../../../shared/requirements/requirement-map.ts';
import { asEntries, asText } from '../../karpenter-scheduling/as-karpenter-writes.ts';
import { type Answer, type Answers, askKarpenter, type Question } from '../../karpenter-scheduling/ask.ts';
import { schedulingOracle } from '../../karpenter-scheduling/oracle-binary.ts';
import { randomQuestions } from '../../karpenter-scheduling/random-questions.ts';

/** Another seed, or more questions: `ZONEWARDEN_ALGEBRA_SEED=7 ZONEWARDEN_ALGEBRA_CASES=1000000`. */
const seed = Number(process.env.ZONEWARDEN_ALGEBRA_SEED ?? 20_261_121);
const count = Number(process.env.ZONEWARDEN_ALGEBRA_CASES ?? 25_000);

/** Our answer to a question, in the form of Karpenter's. */
function answerHere({ left, right, labels, values }: Question, wellKnown: ReadonlySet<string>): Answer {
  const [a, b] = [left, right].map((side) => requirementMap(side.requirements, side.labels));
  if (a === undefined || b === undefined) throw new Error('unreachable');
  const both = requirementMap([...asSides(left), ...asSides(right)]);
  return {
    compatible: incompatibleKeys(a, b).length === 0,
    wellKnown: incompatibleKeys(a, b, wellKnown).length === 0,
    intersects: conflicts(a, b).length === 0,
    conflicts: conflicts(a, b).sort(),
    intersection: asEntries(both).map(({ key, operator, values: listed, minValues }) => ({
      key,
      operator,
      ...(listed === undefined ? {} : { values: [...listed] }),
      ...(minValues === undefined ? {} : { minValues }),
    })),
    strings: Object.fromEntries([...both].map(([key, allowed]) => [key, asText(key, allowed)])),
    labelsMatch: matchesLabels(a, labels),
    allowed: Object.fromEntries(
      [...both].map(([key, allowed]) => [key, values.filter((value) => allows(allowed, value))]),
    ),
  };
}

function asSides({ requirements, labels }: Question['left']) {
  const acting = Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  return [...requirements, ...acting];
}

function offByOne(side: Question['left']): Question['left'] {
  const requirements = side.requirements.map((one) => ({
    ...one,
    operator: one.operator === 'Gt' ? 'Gte' : one.operator,
  }));
  return { ...side, requirements };
}

/** Without the order of Go's maps, and with `null` as the empty list that it is in Go. */
function comparable(answer: Answer): string {
  const entries = answer.intersection.map(({ key, operator, values, minValues }) =>
    JSON.stringify([key, operator, values, minValues]),
  );
  const { compatible, wellKnown, intersects, labelsMatch, strings, allowed } = answer;
  return JSON.stringify({
    ...{ compatible, wellKnown, intersects, labelsMatch },
    conflicts: answer.conflicts ?? [],
    intersection: entries.sort(),
    strings: Object.values(strings).sort(),
    allowed: Object.entries(allowed)
      .map(([key, values]) => `${key}: ${JSON.stringify(values ?? [])}`)
      .sort(),
  });
}

describe("Karpenter's own pkg/scheduling", () => {
  let questions: readonly Question[];
  let karpenter: Answers;

  beforeAll(async () => {
    await schedulingOracle();
    questions = randomQuestions(seed, count);
    karpenter = await askKarpenter(questions);
  }, 900_000);

  it('gives the same answers', () => {
    expect(karpenter.answers).toHaveLength(count);
    const wellKnown = new Set(karpenter.facts.wellKnown);
    for (const [index, question] of questions.entries()) {
      const answer = karpenter.answers[index];
      if (answer === undefined) throw new Error('unreachable');
      const here = comparable(answerHere(question, wellKnown));
      const there = comparable(answer);
      if (here === there) continue;
      expect(JSON.parse(here), `case ${index} of seed ${seed}: ${JSON.stringify(question)}`).toEqual(
        JSON.parse(there),
      );
    }
  });

  it('was asked about both outcomes of every question, often', () => {
    const share = (holds: (answer: Answer) => boolean) => karpenter.answers.filter(holds).length / count;
    for (const name of ['compatible', 'wellKnown', 'intersects', 'labelsMatch'] as const) {
      expect
        .soft(
          share((answer) => answer[name]),
          name,
        )
        .toBeGreaterThan(0.04);
      expect
        .soft(
          share((answer) => !answer[name]),
          `not ${name}`,
        )
        .toBeGreaterThan(0.04);
    }
    const says = (words: string) =>
      share(({ strings }) => Object.values(strings).some((one) => one.includes(words)));
    for (const words of [' In ', ' NotIn ', ' Exists', ' DoesNotExist', '>=', '<=', 'minValues']) {
      expect.soft(says(words), words).toBeGreaterThan(0.05);
    }
    const excludesWithinBounds = share(({ strings }) =>
      Object.values(strings).some((one) => /NotIn .*[<>]=/.test(one)),
    );
    expect(excludesWithinBounds).toBeGreaterThan(0.01);
  });

  it('has the same aliases', () => {
    for (const [alias, key] of Object.entries(karpenter.facts.aliases)) {
      expect(canonicalLabel(alias)).toBe(key);
    }
    for (const key of karpenter.facts.wellKnown) expect(canonicalLabel(key)).toBe(key);
    expect(Object.keys(karpenter.facts.aliases)).toHaveLength(6);
  });

  it('differs where a bound is off by one, so that such a fault is seen', () => {
    const wellKnown = new Set(karpenter.facts.wellKnown);
    const different = questions.slice(0, 2000).filter((question, index) => {
      const answer = karpenter.answers[index];
      const here = answerHere({ ...question, left: offByOne(question.left) }, wellKnown);
      return answer !== undefined && comparable(here) !== comparable(answer);
    });
    expect(different.length).toBeGreaterThan(200);
  });
});
