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
  const written = lettersOf(word);
  let nearest: { readonly each: string; readonly slips: number } | undefined;
  for (const each of known) {
    const other = bare(each);
    if (other === written) return each;
    const most = Math.min(MOST_SLIPS, Math.floor(each.length / 4), (nearest?.slips ?? MOST_SLIPS + 1) - 1);
    // A letter more or less is a slip: of most words the length alone tells that they are others.
    if (Math.abs(other.length - written.length) > most) continue;
    const slips = slipsBetween(written, other, most);
    if (slips <= most) nearest = { each, slips };
  }
  return nearest?.each;
}

function bare(known: string): string {
  const made = bareWords.get(known) ?? lettersOf(known);
  bareWords.set(known, made);
  return made;
}

/** Of words that are known, which are few, and asked for again for each label of an object. */
const bareWords = new Map<string, string>();

function lettersOf(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

/** Levenshtein's distance, one row at a time; more than `most` as soon as it cannot be less. */
function slipsBetween(left: string, right: string, most: number): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let index = 0; index < left.length; index += 1) {
    const next = [index + 1];
    let least = index + 1;
    for (let column = 0; column < right.length; column += 1) {
      const replaced = (row[column] ?? 0) + (left[index] === right[column] ? 0 : 1);
      const slips = Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1);
      next.push(slips);
      least = Math.min(least, slips);
    }
    if (least > most) return least;
    row = next;
  }
  return row[right.length] ?? 0;
}
