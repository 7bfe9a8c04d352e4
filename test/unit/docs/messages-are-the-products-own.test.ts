import { describe, expect, it } from 'vitest';
import { PRODUCT } from '../architecture/rules.ts';
import { sourceFiles } from '../architecture/source-files.ts';
import { codeSpans, readDocument, section, tableRows } from './markdown.ts';

/** Sources with string literals that go over several lines put together, as they are when they are printed. */
const sources = sourceFiles(PRODUCT)
  .map((file) => file.text.replace(/['`] \+\s*\n\s*['`]/g, ''))
  .join('\n');

/** A message is quoted with `…` where the product puts in names, zones or causes. */
function isPrinted(message: string): boolean {
  return message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part.length > 1)
    .every((part) => sources.includes(part) || sources.includes(part.replaceAll("'", "\\'")));
}

describe('docs/troubleshooting.md', () => {
  const text = readDocument('docs/troubleshooting.md');
  const messages = ['## Warnings and refusals', '## Not ready', '## Logs'].flatMap((heading) =>
    tableRows(section(text, heading)).flatMap(([message = '']) => codeSpans(message)),
  );

  it.each(messages)('quotes what the product prints: %s', (message) => {
    expect(isPrinted(message)).toBe(true);
  });

  it('quotes every reason for not being ready, and every warning of a NodePool', () => {
    expect(messages.length).toBeGreaterThan(20);
    for (const start of ['kept out of this NodePool', 'no zone is left to this NodePool', 'is recovering;']) {
      expect(messages.some((message) => message.includes(start))).toBe(true);
    }
  });
});

describe('the check of messages', () => {
  it('fails for words that nobody prints', () => {
    expect(isPrinted('zonewarden: … has left the building')).toBe(false);
    expect(isPrinted('…; kept out of this NodePool, given back when it recovers')).toBe(true);
  });
});
