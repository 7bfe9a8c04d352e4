/**
 * Where the pages of the rules are on the web, with a `/` at the end. Empty as long as the repository is published nowhere:
 * outputs then name the path in the repository. The one place to change when it is.
 */
const PAGES_BASE = '';

/** The page of a rule: a URL, or its path in the repository. */
export function rulePage(rule: string): string {
  return `${PAGES_BASE}docs/policies/${rule}.md`;
}
