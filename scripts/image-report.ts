import { contentOf, type ImageContent, megabytes, sizesByFolder } from './image/image-files.ts';
import { type MountedImage, NotPossibleHere, withMountedImage } from './image/mounted-image.ts';
import { runReadOnly, writableFolders } from './image/read-only-run.ts';

/**
 * `npm run image:report [-- IMAGE...]`: what is in an image of buildah's local storage (sizes by folder, every file of
 * the application), and how its three programs start as uid 65532 with a read-only root. Ends with 1 where the image
 * is over 200 MB, holds what it should not, runs as another user, or a program does not start; with 77 where images
 * cannot be mounted.
 */

/** What automake's test harness takes for "skipped". */
const NOT_POSSIBLE_HERE = 77;
const MOST_BYTES = 200e6;
const USER = '65532:65532';
const RUNS = 3;
const MOST_FINDINGS_SHOWN = 20;

/** Each program, with what it writes when it can do nothing yet: it has been read and linked by then. */
const PROGRAMS: readonly (readonly [name: string, args: readonly string[], says: RegExp])[] = [
  // What node takes by itself.
  ['node', ['-e', 'console.log("started")'], /started/],
  ['webhook --help', ['/app/dist/webhook/main.js', '--help'], /Usage: /],
  ['watcher --help', ['/app/dist/watcher/main.js', '--help'], /Usage: /],
  ['cli --help', ['/app/dist/cli/main.js', '--help'], /Usage: /],
  // No kubeconfig, no service account: an error that says so, and none about a file that cannot be written.
  ['webhook', ['/app/dist/webhook/main.js'], /found no KUBECONFIG/],
  ['watcher', ['/app/dist/watcher/main.js'], /found no KUBECONFIG/],
];

function printFiles({ files, bytes }: ImageContent): void {
  console.log(`${megabytes(bytes)} in ${files.length} files; at most ${megabytes(MOST_BYTES)}`);
  for (const [folder, size] of sizesByFolder(files, 1))
    console.log(`${megabytes(size).padStart(10)}  ${folder}`);
  console.log('\nThe application:');
  const application = files.filter(({ path }) => path.startsWith('/app/'));
  for (const { path, bytes: size } of application.toSorted((left, right) => right.bytes - left.bytes))
    console.log(`${megabytes(size).padStart(10)}  ${path}`);
}

/** The middle one: a busy machine makes some runs slow. */
function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function startFindings(mounted: MountedImage): string[] {
  console.log(`\nStarted as ${USER} with a read-only root, the middle of ${RUNS} runs:`);
  return PROGRAMS.flatMap(([name, args, says]) => {
    const runs = Array.from({ length: RUNS }, () => runReadOnly(mounted, args));
    const [ms, cpu, rss] = [
      median(runs.map((run) => run.milliseconds)),
      median(runs.map((run) => run.cpuMilliseconds)),
      median(runs.map((run) => run.megabytes)),
    ].map(Math.round);
    console.log(`${name.padEnd(16)} ${ms} ms (${cpu} ms of a processor), ${rss} MB resident`);
    return runs.every(({ output }) => says.test(output))
      ? []
      : [`${name} does not start: ${runs[0]?.output ?? ''}`];
  });
}

function userFindings(mounted: MountedImage): string[] {
  const { user, folders } = writableFolders(mounted);
  return [
    ...(mounted.config.User === USER ? [] : [`the image runs as ${mounted.config.User}, not as ${USER}`]),
    ...(user === USER ? [] : [`programs ran as ${user}`]),
    ...folders.map((folder) => `${folder} can be written to`),
  ];
}

function report(image: string): number {
  console.log(`\n${image}`);
  return withMountedImage(image, (mounted) => {
    const content = contentOf(mounted.root);
    printFiles(content);
    const findings = [
      ...(content.bytes > MOST_BYTES ? [`the image has ${megabytes(content.bytes)}`] : []),
      ...content.findings,
      ...userFindings(mounted),
      ...startFindings(mounted),
    ];
    for (const finding of findings.slice(0, MOST_FINDINGS_SHOWN)) console.error(`${image}: ${finding}`);
    const more = findings.length - MOST_FINDINGS_SHOWN;
    if (more > 0) console.error(`${image}: and ${more} more`);
    return findings.length;
  });
}

try {
  const asked = process.argv.slice(2);
  const images = asked.length > 0 ? asked : ['zonewarden.test/zonewarden:under-test'];
  process.exitCode = images.map(report).some((findings) => findings > 0) ? 1 : 0;
} catch (error) {
  if (!(error instanceof NotPossibleHere)) throw error;
  console.error(`The image was not looked at: ${error.message}`);
  process.exitCode = NOT_POSSIBLE_HERE;
}
