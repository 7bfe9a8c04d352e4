import type { CatalogSource } from '../../shared/catalog/catalog.ts';
import type { NamedZone } from '../../shared/catalog/matches.ts';
import type { Finding } from '../../shared/policy/core/finding.ts';
import type { Profile } from '../../shared/policy/core/rule.ts';
import type { FindingSeverity } from '../../shared/policy/core/severity.ts';
import type { InputError } from '../input/input-error.ts';
import type { NamedObject, NotJudged } from '../input/judged-objects.ts';
import type { Position } from '../input/source-position.ts';

/** An object that was judged, with what was found. */
export interface CheckedObject extends NamedObject {
  readonly findings: readonly CheckedFinding[];
}

/** A finding with where it stands. */
export interface CheckedFinding extends Finding, Position {
  /** Whether it makes the check fail: as severe as `--fail-on` says, and not exempt. */
  readonly fails: boolean;
  /** The rule's page. */
  readonly page: string;
}

/** The words of a PolicyReport; each object is counted once, by its worst finding. */
export interface Summary {
  readonly pass: number;
  /** Objects with a warning, and nothing that fails the check. */
  readonly warn: number;
  /** Objects that fail the check. */
  readonly fail: number;
  /** Input that could not be read. */
  readonly error: number;
  /** Objects of other kinds, and of versions that are not judged. */
  readonly skip: number;
}

/** What was counted in. */
export interface CatalogNote {
  readonly source: CatalogSource;
  readonly madeAt: string;
  /** Whole days since then. */
  readonly ageDays: number;
  readonly region: string | undefined;
  readonly types: number;
  readonly description: string;
}

/** Everything that a check has to say, in no form yet. */
export interface CheckReport {
  readonly summary: Summary;
  readonly objects: readonly CheckedObject[];
  readonly notJudged: readonly NotJudged[];
  readonly errors: readonly InputError[];
  readonly catalog: CatalogNote;
  readonly policy: {
    readonly profile: Profile;
    readonly mode: 'enforce' | 'audit';
    readonly file: string | undefined;
  };
  readonly failOn: FindingSeverity;
  readonly impaired: readonly NamedZone[];
}

/** One finding with all that is said of its object: a row of the output. */
export interface ReportRow {
  readonly object: CheckedObject;
  readonly finding: CheckedFinding;
}

/** The findings of all objects, in the order of the input. */
export function rowsOf({ objects }: CheckReport): ReportRow[] {
  return objects.flatMap((object) => object.findings.map((finding) => ({ object, finding })));
}
