import type { NamedZone } from '../../shared/catalog/matches.ts';
import { DEFAULT_ENFORCEMENT } from '../../shared/enforcement/settings.ts';
import { nodeClassFacts } from '../../shared/policy/reading/node-class-facts.ts';
import type { Orders } from '../../shared/record/orders.ts';
import { CheckError } from '../input/check-error.ts';
import type { CommandContext } from '../input/command-context.ts';
import { errorText } from '../input/input-error.ts';
import { readInputs } from '../input/input-texts.ts';
import { type JudgedObject, sortObjects } from '../input/judged-objects.ts';
import { inputNames } from '../input/standard-input.ts';
import { harmlessJson, harmlessYaml } from '../output/harmless-text.ts';
import { visible } from '../output/output.ts';
import { readZoneMap } from '../zones/named-zones.ts';
import {
  type AdmissionScene,
  type Admitted,
  admittedNodeClaim,
  admittedNodePool,
  exemptName,
} from './admitted-object.ts';
import type { DiffOptions } from './diff-options.ts';
import { impairedByOption, impairedInCluster } from './impaired-now.ts';
import { unifiedDiff } from './unified-diff.ts';

/**
 * `zonewarden diff`: what admission would store for each NodePool and NodeClaim that is created. Resolves with the exit
 * status, as `kubectl diff` has it: 0 nothing is changed or refused, 1 something is, 2 it could not be told.
 *
 * @throws CheckError for options that cannot be used
 */
export async function runDiff(
  paths: readonly string[],
  options: DiffOptions,
  context: CommandContext,
): Promise<number> {
  const { output, input } = context;
  if (options.cluster && options.impaired.length > 0)
    throw new CheckError('check.usage', 'give --cluster or --impaired, not both.');
  const zoneMap = readZoneMap(options.zoneMap);
  const inputs = await readInputs(inputNames(paths, input), () => input.read());
  const { judged, notJudged, errors } = sortObjects(inputs.texts);
  const set = await impairedSet(options, [...zoneMap, ...zonesOfClasses(judged)], context);
  if (set === undefined) return 2;
  const exemptPools = new Set(
    judged.flatMap(({ as, value }) => (as === 'NodePool' ? (exemptName(value) ?? []) : [])),
  );
  const scene = { set, settings: { ...DEFAULT_ENFORCEMENT, freeze: options.freeze }, exemptPools };
  const looked = judged.flatMap((object) => admit(object, scene));
  for (const { file, line, why } of notJudged) output.warn(`${file}:${line}: ${why}`);
  for (const error of [...inputs.errors, ...errors]) output.fail(errorText(error));
  for (const { object, admitted } of looked) tellTrouble(object, admitted, context);
  const text = FORMS[options.output](looked);
  if (text !== '') output.say(text);
  const isBroken =
    inputs.errors.length + errors.length > 0 || looked.some(({ admitted }) => admitted.as === 'unreadable');
  return isBroken ? 2 : looked.some(isDifferent) ? 1 : 0;
}

function impairedSet(
  options: DiffOptions,
  known: readonly NamedZone[],
  context: CommandContext,
): Promise<Orders | undefined> | Orders {
  return options.cluster
    ? impairedInCluster(options, context)
    : impairedByOption(options.impaired, known, context);
}

/** An object of the input, and what becomes of it. */
interface Looked {
  readonly object: JudgedObject;
  readonly admitted: Admitted;
}

function admit(object: JudgedObject, scene: AdmissionScene): Looked[] {
  if (object.as === 'EC2NodeClass') return [];
  const admitted = object.as === 'NodePool' ? admittedNodePool : admittedNodeClaim;
  return [{ object, admitted: admitted(object.value, scene) }];
}

function tellTrouble({ source }: JudgedObject, admitted: Admitted, { output }: CommandContext): void {
  if (admitted.as === 'stored') return;
  const { line } = source.positionOf();
  const what = `${source.file}:${line}: ${source.kind}/${source.name}`;
  if (admitted.as === 'refused') output.warn(`${what} would be refused: ${admitted.why}`);
  else output.fail(`${what} does not have the shape that Karpenter's CRD asks for: ${admitted.why}`);
}

function isDifferent({ object, admitted }: Looked): boolean {
  return admitted.as === 'refused' || (admitted.as === 'stored' && admitted.value !== object.value);
}

const FORMS: Readonly<Record<DiffOptions['output'], (looked: readonly Looked[]) => string>> = {
  diff: (looked) =>
    looked
      .flatMap(({ object, admitted }) => {
        if (admitted.as !== 'stored') return [];
        const { file, kind, name } = object.source;
        const side = (word: string) => visible(`${file} ${kind}/${name} ${word}`);
        const text = unifiedDiff(harmlessYaml(object.value), harmlessYaml(admitted.value), {
          from: side('as declared'),
          to: side('as stored'),
        });
        return text === '' ? [] : [text];
      })
      .join('\n'),
  yaml: (looked) => storedOf(looked).map(harmlessYaml).join('---\n').trimEnd(),
  json: (looked) => harmlessJson({ apiVersion: 'v1', kind: 'List', items: storedOf(looked) }),
};

function storedOf(looked: readonly Looked[]): unknown[] {
  return looked.flatMap(({ admitted }) => (admitted.as === 'stored' ? [admitted.value] : []));
}

function zonesOfClasses(objects: readonly JudgedObject[]): NamedZone[] {
  return objects.flatMap(({ as, value }) =>
    as === 'EC2NodeClass' ? (nodeClassFacts(value).zones ?? []) : [],
  );
}
