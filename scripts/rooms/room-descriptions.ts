/**
 * What each room is, in one line. A room is a folder below `shared/`, `webhook/`, `watcher/` or `cli/`; the files at the
 * top of one of these are a room, too. `npm run rooms` puts these lines beside the picture in docs/architecture.md. It
 * refuses a room that has no line here, and a line whose room is gone.
 */
export const ROOM_DESCRIPTIONS: Readonly<Record<string, string>> = {
  'shared/audit': 'The audit line: its fields, its schema, and how it is read again',
  'shared/aws-sdk': 'Questions to EC2 about instance types, and what can go wrong with any question to AWS',
  'shared/catalog':
    'Instance types: where they are offered, their labels, and which of them requirements allow',
  'shared/documents':
    'Documents that people keep in ConfigMaps: YAML with limits, and messages about mistakes in it',
  'shared/enforcement': 'How the impaired zones change a NodePool or NodeClaim, and how that is taken back',
  'shared/errors': 'The base class of all errors, and schema issues in words',
  'shared/facts': 'What the watcher can say of each thing: its shape, its words, and when it is news',
  'shared/fallback': 'What the policy in the API server is told, as literals and rules in CEL',
  'shared/json': 'JSON patches, comparisons and bounds',
  'shared/keys':
    "What the Secret of the product's keys holds: keys for marks, tokens of the admission path, and what of it is due",
  'shared/kube': 'The client of the API server: calls, list and watch, the Lease',
  'shared/policy': 'The policy: its document, its rules, and the judgement of objects by them',
  'shared/process': 'What every process has: options, log, second port, start and end',
  'shared/reach': 'Where the cluster has, or can get, something: which zones concern it',
  'shared/record': 'The record of impaired zones: its document, and how signals, ARC and time change it',
  'shared/requirements': "Karpenter's algebra of requirements and labels",
  'shared/home': 'Where the cluster is, Region and account, and what is of elsewhere',
  'shared/settings': 'The zone rules: what is believed and enforced',
  'shared/signals': 'Events of AWS, read as signals about zones',
  'shared/standstill':
    'What stands still during a shift, and what does not: Nodes to cordon, NodeClaims that expire',
  'shared/stores':
    'What is read from and written to the cluster: objects by kind, documents, the record, and the cordon of a Node',
  'shared/views': 'What is read of NodePools, NodeClaims, NodeClasses and Nodes',

  webhook: 'The process: its options, and the wiring of all its parts',
  'webhook/admission':
    'The AdmissionReview, and what deciders read, return and say: objects, outcomes, Events, words',
  'webhook/admission-path':
    'The path that the API server alone knows: which one it should ask by, which are answered, when another one is made',
  'webhook/certificates':
    'The serving certificates and their CA: made, read, renewed, and trusted by the API server',
  'webhook/deciders': 'The table of deciders: which one decides about a request',
  'webhook/events': 'Kubernetes Events about what was decided, written beside the answers',
  'webhook/metrics': 'The metrics of the webhook',
  'webhook/mutate': 'Deciders of the mutating step, one file a kind',
  'webhook/policies': 'What the policy says of one write, and the verdict that comes of it',
  'webhook/registration':
    'The webhook configurations in the API server, followed, and what the product writes there',
  'webhook/rehearsal':
    'Made-up writes at the start, so that the first real ones meet code that has been run before',
  'webhook/server': 'The HTTPS server: from the bytes of a request to the bytes of its answer',
  'webhook/state':
    'What the webhook knows of the cluster: the set in force, policies, NodePools, NodeClasses',
  'webhook/validate': 'Deciders of the validating step, one file a kind',

  watcher: 'The process: its options, what lives as long as it does, and the wiring of all its parts',
  'watcher/controllers':
    'The duties of the leader, each a file or a folder: what it looks at, and what it does that is missing',
  'watcher/hearing': 'Messages from SQS: received, heard, deleted',
  'watcher/home': 'Where the cluster is, learned',
  'watcher/listeners': 'Where facts end: the metrics, and the log',
  'watcher/startup': 'The first record of a cluster, above every generation that a NodePool names',
  'watcher/status': 'The status page, and the mode',
  'watcher/term': 'How duties run side by side, what they share, and what they tell each other',
  'watcher/zone-names': 'Which zones the cluster uses, and what the account calls them',

  cli: 'The program, and which commands it has',
  'cli/audit': '`audit`: reads the audit stream',
  'cli/catalog': '`catalog`: shows and imports instance types',
  'cli/check': '`check`: judges manifests by the policy',
  'cli/diff': '`diff`: what the webhook would store',
  'cli/input': 'What commands read: files and standard input, and the objects in them with their positions',
  'cli/output': 'What commands write: results, warnings and errors, with nothing that a terminal obeys',
  'cli/restore': '`restore`: gives everything back, without the product',
  'cli/session': 'One command against the API server: its options, its client, its time limit',
  'cli/shift': '`shift`: starts, lists and ends shifts of operators',
  'cli/zones': 'Zones as people name them in options, by ID or by name',
};
