import { type Command, Option } from 'commander';
import { Ec2CatalogError } from '../../shared/aws-sdk/ec2-catalog-error.ts';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import type { CommandEnds } from '../input/command-context.ts';
import type { Output } from '../output/output.ts';
import { several } from '../zones/zone-options.ts';
import { IMPORT_SOURCES, importCatalog, importSchema } from './import-catalog.ts';
import { SHOW_FORMS, showCatalog, showSchema } from './show-catalog.ts';

/**
 * Adds `catalog import` and `catalog show`. Their exit status: 0 done, 1 where EC2 did not answer or refused, 2 for usage
 * and for input that cannot be read.
 */
export function addCatalogCommands(program: Command, { output, input, done }: CommandEnds): void {
  const catalog = program
    .command('catalog')
    .description('instance types that requirements are counted in: make a catalogue, look at one');
  const run = async (work: () => Promise<void> | void) => done(await statusOf(work, output));

  catalog
    .command('import')
    .description('make a catalogue of instance types and of the zones that offer them')
    .argument('[files...]', "the AWS CLI's JSON, or a page of Karpenter's metrics; - for standard input")
    .addOption(new Option('--from <source>', 'what to make it from').choices(IMPORT_SOURCES).default('ec2'))
    .option('--region <region>', 'Region to ask EC2 for, or that the files are of')
    .option('--endpoint-url <url>', 'another address of EC2, such as a VPC endpoint')
    .addOption(
      several('--zone-map <id=name>', "IDs of the zones that Karpenter's metrics name: use1-az1=us-east-1a"),
    )
    .option('-o, --output <file>', 'file to write, packed where its name ends in .gz; else standard output')
    .action((files: string[], given: unknown) =>
      run(() => importCatalog(files, importSchema.parse(given), { output, input, nowMs: Date.now() })),
    );

  catalog
    .command('show')
    .description('what a catalogue is made of; without a file, the bundled one')
    .argument('[file]', 'catalogue, as `catalog import` writes it')
    .addOption(several('--type <name>', 'an instance type to show, * for any characters'))
    .addOption(new Option('-o, --output <form>', 'how').choices(SHOW_FORMS).default('table'))
    .action((file: string | undefined, given: unknown) =>
      run(() => showCatalog(file, showSchema.parse(given), { output, nowMs: Date.now() })),
    );
}

async function statusOf(work: () => Promise<void> | void, output: Output): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    output.fail(messageOf(error));
    return error instanceof Ec2CatalogError ? 1 : 2;
  }
}
