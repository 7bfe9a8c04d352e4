import { z } from 'zod';
import { DECLARED_ANNOTATION } from '../../shared/enforcement/declared-annotation.ts';
import { declaredNodePool } from '../../shared/enforcement/declared-object.ts';
import { boundsProblem } from '../../shared/json/json-bounds.ts';
import type { SubjectKind } from '../../shared/policy/core/subject.ts';
import { beyondBounds } from '../../shared/views/object-bounds.ts';
import type { InputError } from './input-error.ts';
import type { InputText } from './input-texts.ts';
import { handlingOf } from './judged-kinds.ts';
import { type ManifestObject, sourceObjects } from './manifest-objects.ts';
import type { Position } from './source-position.ts';

/** An object that is judged, as its owner declared it. */
export interface JudgedObject {
  readonly as: SubjectKind;
  readonly source: ManifestObject;
  /** What is judged: of a NodePool that was exported during a shift, what we had changed is taken out again. */
  readonly value: unknown;
}

/** An object as reports name it: what it is, and where it begins. */
export interface NamedObject extends Position {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
}

/** An object of Karpenter's that is not judged, and why. */
export interface NotJudged extends NamedObject {
  readonly why: string;
}

/** All objects of the input, by what is done with them. */
export interface SortedObjects {
  readonly judged: readonly JudgedObject[];
  readonly notJudged: readonly NotJudged[];
  /** How many of other kinds there are. */
  readonly others: number;
  readonly errors: readonly InputError[];
}

/** Reads the objects of some texts and sorts them. */
export function sortObjects(texts: readonly InputText[]): SortedObjects {
  const judged: JudgedObject[] = [];
  const notJudged: NotJudged[] = [];
  const errors: InputError[] = [];
  let others = 0;
  for (const text of texts) {
    const read = sourceObjects(text);
    errors.push(...read.errors);
    for (const source of read.objects) {
      const handling = handlingOf(source);
      const { file, kind, name } = source;
      if (handling.as === 'other') others += 1;
      else if (handling.as === 'outdated') {
        notJudged.push({ file, ...source.positionOf(), kind, name, why: handling.why });
      } else {
        const problem = beyond(handling.as, source.value);
        if (problem === undefined) judged.push(judgedAs(handling.as, source));
        else errors.push({ file, ...source.positionOf(), message: `${kind} ${name}: ${problem}` });
      }
    }
  }
  return { judged, notJudged, others, errors };
}

/** Whatever looks at an object recurses over it, and admission looks at no more of a NodePool or NodeClaim. */
function beyond(as: SubjectKind, value: unknown): string | undefined {
  return as === 'EC2NodeClass' ? boundsProblem(value) : beyondBounds(value);
}

const markedSchema = z.object({
  metadata: z.object({ annotations: z.object({ [DECLARED_ANNOTATION]: z.string() }) }),
});

function judgedAs(as: SubjectKind, source: ManifestObject): JudgedObject {
  const { value } = source;
  if (as !== 'NodePool' || typeof value !== 'object' || value === null) return { as, source, value };
  return { as, source, value: markedSchema.safeParse(value).success ? declaredNodePool(value) : value };
}
