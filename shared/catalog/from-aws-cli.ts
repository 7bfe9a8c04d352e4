import { z } from 'zod';
import { messageOf } from '../errors/zonewarden-error.ts';
import { jsonTexts } from '../json/json-texts.ts';
import type { Catalog } from './catalog.ts';
import { CatalogUnreadableError } from './catalog-unreadable-error.ts';
import type { InstanceTypeInfo, InstanceTypeOffering } from './ec2-answers.ts';
import { catalogFromEc2, readInstanceTypes, readOfferings } from './from-ec2.ts';

const answerSchema = z
  .object({ InstanceTypes: z.unknown(), InstanceTypeOfferings: z.unknown() })
  .partial()
  .refine((answer) => answer.InstanceTypes !== undefined || answer.InstanceTypeOfferings !== undefined);

/**
 * Makes a catalogue of what the AWS CLI prints (`--output json`): of `aws ec2 describe-instance-types` and, where it is
 * there, of `describe-instance-type-offerings --location-type availability-zone-id`. Each text may hold several answers
 * after one another, as pages do; order plays no role.
 *
 * @throws CatalogUnreadableError
 */
export function catalogFromAwsCli(
  origin: { readonly madeAt: string; readonly region?: string },
  texts: readonly { readonly name: string; readonly text: string }[],
): Catalog {
  const instanceTypes: InstanceTypeInfo[] = [];
  const offerings: InstanceTypeOffering[] = [];
  let knowsOfferings = false;
  for (const { name, text } of texts) {
    for (const { InstanceTypes, InstanceTypeOfferings } of answersIn(name, text)) {
      if (InstanceTypes !== undefined) instanceTypes.push(...readInstanceTypes(InstanceTypes));
      if (InstanceTypeOfferings === undefined) continue;
      knowsOfferings = true;
      offerings.push(...readOfferings(InstanceTypeOfferings));
    }
  }
  return catalogFromEc2(
    { source: 'aws-cli', ...origin },
    { instanceTypes, ...(knowsOfferings && { offerings }) },
  );
}

function answersIn(name: string, text: string) {
  const answers: unknown[] = [];
  try {
    for (const one of jsonTexts(text)) answers.push(JSON.parse(one));
  } catch (error) {
    throw new CatalogUnreadableError(`${name} is not JSON: ${messageOf(error)}; use --output json`, {
      cause: error,
    });
  }
  const read = z.array(answerSchema).min(1).safeParse(answers);
  if (read.success) return read.data;
  throw new CatalogUnreadableError(
    `${name} holds neither InstanceTypes nor InstanceTypeOfferings: give it what 'aws ec2 describe-instance-types --output json' and 'aws ec2 describe-instance-type-offerings --location-type availability-zone-id --output json' print`,
    { cause: read.error },
  );
}
