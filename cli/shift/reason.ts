/** Long enough for a sentence and a link; the record is read by people, and has a megabyte for everything. */
export const LONGEST_REASON = 500;

/** A reason as a person gives it, or what is wrong with it. Spaces around it go. */
export function readReason(text: string): string | { readonly wrong: string } {
  const reason = text.trim();
  if (reason === '') return { wrong: 'Say why, in a few words.' };
  if (reason.length > LONGEST_REASON)
    return { wrong: `It has ${reason.length} characters, and ${LONGEST_REASON} is the most.` };
  // Line ends, other control characters, halves of characters, and what turns the direction of writing.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(reason))
    return { wrong: 'It is to be one line without control characters.' };
  return reason;
}
