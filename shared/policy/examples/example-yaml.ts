/** What differs between one example and the next; lines of YAML without the indentation of their place. */
export interface ExampleParts {
  readonly name?: string;
  readonly labels?: readonly string[];
  readonly annotations?: readonly string[];
  /** Of `spec.template.spec.requirements`, one entry a line. */
  readonly requirements?: readonly string[];
  /** Of `spec.template.metadata.labels`. */
  readonly templateLabels?: readonly string[];
  /** Of `spec.template.metadata.annotations`. */
  readonly templateAnnotations?: readonly string[];
  /** Of `spec.template.spec`, besides requirements and nodeClassRef. */
  readonly template?: readonly string[];
  /** Of `spec`, besides the template. */
  readonly spec?: readonly string[];
  readonly status?: readonly string[];
  /** As flow mapping. */
  readonly nodeClassRef?: string;
}

/** What Karpenter's documentation recommends for most uses, on demand. */
export const GENERAL_REQUIREMENTS: readonly string[] = [
  '- { key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }',
  '- { key: kubernetes.io/arch, operator: In, values: [amd64] }',
  '- { key: kubernetes.io/os, operator: In, values: [linux] }',
  '- { key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r] }',
  '- { key: karpenter.k8s.aws/instance-generation, operator: Gte, values: ["3"] }',
];

/** The same for EKS Auto Mode. */
export const AUTO_MODE_REQUIREMENTS: readonly string[] = [
  '- { key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }',
  '- { key: kubernetes.io/arch, operator: In, values: [amd64] }',
  '- { key: eks.amazonaws.com/instance-category, operator: In, values: [c, m, r] }',
  '- { key: eks.amazonaws.com/instance-generation, operator: Gte, values: ["5"] }',
];

export const AUTO_MODE_REF = '{ group: eks.amazonaws.com, kind: NodeClass, name: default }';

/** A NodePool as YAML, for an example: an ordinary one but for the parts that are given. */
export function exampleNodePool(parts: ExampleParts = {}): string {
  const { name = 'web', requirements = GENERAL_REQUIREMENTS, templateLabels = [], template = [] } = parts;
  const { labels = [], annotations = [], spec = [], status = [], templateAnnotations = [] } = parts;
  const { nodeClassRef = '{ group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }' } = parts;
  return lines([
    'apiVersion: karpenter.sh/v1',
    'kind: NodePool',
    'metadata:',
    `  name: ${name}`,
    ...block('labels:', labels, 2),
    ...block('annotations:', annotations, 2),
    'spec:',
    '  template:',
    ...block(
      'metadata:',
      [...block('labels:', templateLabels, 0), ...block('annotations:', templateAnnotations, 0)],
      4,
    ),
    '    spec:',
    `      nodeClassRef: ${nodeClassRef}`,
    ...(requirements.length === 0 ? ['      requirements: []'] : block('requirements:', requirements, 6)),
    ...indented(template, 6),
    ...indented(spec, 2),
    ...block('status:', status, 0),
  ]);
}

/** A NodeClaim as YAML, for an example. */
export function exampleNodeClaim(
  parts: Pick<ExampleParts, 'name' | 'labels' | 'annotations' | 'requirements' | 'template'>,
): string {
  const { name = 'web-x7k2p', requirements = GENERAL_REQUIREMENTS, labels = [], template = [] } = parts;
  const { annotations = [] } = parts;
  return lines([
    'apiVersion: karpenter.sh/v1',
    'kind: NodeClaim',
    'metadata:',
    `  name: ${name}`,
    ...block('labels:', labels, 2),
    ...block('annotations:', annotations, 2),
    'spec:',
    '  nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }',
    ...block('requirements:', requirements, 2),
    ...indented(template, 2),
  ]);
}

/** An EC2NodeClass as YAML, for an example. */
export function exampleNodeClass(
  spec: readonly string[],
  { name = 'default', status = [] as string[] } = {},
) {
  return lines([
    'apiVersion: karpenter.k8s.aws/v1',
    'kind: EC2NodeClass',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    '  role: KarpenterNodeRole-shop',
    ...indented(spec, 2),
    ...block('status:', status, 0),
  ]);
}

/** Several documents of one file. */
export function exampleFile(...documents: readonly string[]): string {
  return documents.join('---\n');
}

function block(title: string, content: readonly string[], depth: number): string[] {
  return content.length === 0 ? [] : indented([title, ...indented(content, 2)], depth);
}

function indented(content: readonly string[], depth: number): string[] {
  return content.map((line) => `${' '.repeat(depth)}${line}`);
}

function lines(content: readonly string[]): string {
  return `${content.join('\n')}\n`;
}
