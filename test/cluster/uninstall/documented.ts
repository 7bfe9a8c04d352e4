import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { KubectlResult } from '../../control-plane/kubectl.ts';
import { codeSpans, readDocument } from '../../unit/docs/markdown.ts';

/** Commands as the documents have them, so that what people are told to type is what is tried. */

/** The one kubectl command of a document, in a block or in a span, that contains the words. */
export function documentedCommand(path: string, words: string): string {
  const text = readDocument(path);
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, code = '']) => code);
  const prose = text.replace(/^ *```[\s\S]*?^ *```$/gm, '');
  const all = [...blocks.flatMap((block) => block.split('\n')), ...codeSpans(prose)];
  const found = [...new Set(all.map((line) => line.trim()))].filter(
    (line) => line.startsWith('kubectl ') && line.includes(words),
  );
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${path} has ${found.length} kubectl commands with '${words}': ${found.join(' | ')}`);
  return only;
}

/** Runs such a command, with more arguments behind it; `-k .` is the repository's root. */
export function runDocumented(
  controlPlane: Pick<ControlPlane, 'kubectl'>,
  command: string,
  more: readonly string[] = [],
): Promise<KubectlResult> {
  const words = [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
  return controlPlane.kubectl([...words.slice(1), ...more]);
}
