/**
 * What zone IDs begin with in each Region (docs.aws.amazon.com, "AWS Availability Zones"; the partitions of China and
 * GovCloud by what EC2 answers there). A Region that is not here is nobody's mistake: its zones are of a Region that is not
 * known, and unknown is not foreign.
 */
const REGION_BY_CODE: Readonly<Record<string, string>> = {
  afs1: 'af-south-1',
  ape1: 'ap-east-1',
  ape2: 'ap-east-2',
  apne1: 'ap-northeast-1',
  apne2: 'ap-northeast-2',
  apne3: 'ap-northeast-3',
  aps1: 'ap-south-1',
  aps2: 'ap-south-2',
  apse1: 'ap-southeast-1',
  apse2: 'ap-southeast-2',
  apse3: 'ap-southeast-3',
  apse4: 'ap-southeast-4',
  apse5: 'ap-southeast-5',
  apse6: 'ap-southeast-6',
  apse7: 'ap-southeast-7',
  cac1: 'ca-central-1',
  caw1: 'ca-west-1',
  cnn1: 'cn-north-1',
  cnnw1: 'cn-northwest-1',
  euc1: 'eu-central-1',
  euc2: 'eu-central-2',
  eun1: 'eu-north-1',
  eus1: 'eu-south-1',
  eus2: 'eu-south-2',
  euw1: 'eu-west-1',
  euw2: 'eu-west-2',
  euw3: 'eu-west-3',
  ilc1: 'il-central-1',
  mec1: 'me-central-1',
  mes1: 'me-south-1',
  mxc1: 'mx-central-1',
  sae1: 'sa-east-1',
  use1: 'us-east-1',
  use2: 'us-east-2',
  usge1: 'us-gov-east-1',
  usgw1: 'us-gov-west-1',
  usw1: 'us-west-1',
  usw2: 'us-west-2',
};

const REGION = '[a-z]{2,}(?:-[a-z]+)+?-\\d+';
const WHOLE_REGION = new RegExp(`^${REGION}$`);
/** `us-east-1a`; a Local Zone `us-east-1-qro-1a`, a Wavelength Zone `us-east-1-wl1-bos-wlz-1`. */
const ZONE_NAME = new RegExp(`^(${REGION})(?:[a-z]|-[a-z0-9-]+)$`);

/** Names of Regions and zones have some twenty characters; whoever makes up a longer one has not named any. */
const LONGEST = 64;

/** Whether it has the form of a Region's name. What has not may be anything. */
export function isRegionName(text: string): boolean {
  return text.length <= LONGEST && WHOLE_REGION.test(text);
}

/** The Region of a zone by its ID, `use1-az1` or `use1-qro1-az1`; `undefined` where the beginning is none that is known. */
export function regionOfZoneId(zoneId: string): string | undefined {
  const [code = '', ...rest] = zoneId.split('-');
  return rest.length > 0 && Object.hasOwn(REGION_BY_CODE, code) ? REGION_BY_CODE[code] : undefined;
}

/** The Region of a zone by its name, which begins with it. */
export function regionOfZoneName(name: string): string | undefined {
  return name.length <= LONGEST ? ZONE_NAME.exec(name)?.[1] : undefined;
}
