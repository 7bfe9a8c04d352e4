/** Two slips of the finger; a third makes another word of it. */
const MOST_SLIPS = 2;
/** No word that is looked for is as long, and the comparison takes the product of both lengths. */
const LONGEST = 64;

/**
 * What somebody may have meant who wrote `word`: the known word that is at most two letters away (three letters in
 * four have to stay), or the same one written in another case, with hyphens or with underscores.
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const spelled = known.find((each) => bare(each) === bare(word));
  if (spelled !== undefined) return spelled;
  const near = known
    .map((each) => ({ each, slips: slipsBetween(bare(word), bare(each)) }))
    .filter(({ each, slips }) => slips <= Math.min(MOST_SLIPS, each.length / 4))
    .sort((left, right) => left.slips - right.slips);
  return near[0]?.each;
}

function bare(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

/** Levenshtein's distance, one row at a time. */
function slipsBetween(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...right].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
