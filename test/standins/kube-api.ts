import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../shared/kube/object.ts';
import { apiVersionOf, type ResourceType } from '../../shared/kube/resource.ts';
import { type Fault, sendStatus, strike } from './kube-api-answers.ts';
import { type SeenRequest, serveRest, type Verb } from './kube-api-rest.ts';
import { type ApiPath, contains, KubeApiStore, parseApiPath } from './kube-api-store.ts';

export type { Fault } from './kube-api-answers.ts';
export type { SeenRequest, Verb } from './kube-api-rest.ts';

interface OpenWatch {
  readonly at: ApiPath;
  /** What its fieldSelector asks for. */
  readonly named: string | undefined;
  readonly response: ServerResponse;
  /** The revision up to which it was told everything. */
  told: number;
  silent: boolean;
}

interface Target {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

const verbsByMethod: Record<string, Verb> = {
  POST: 'create',
  PUT: 'replace',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Starts the stand-in on a free port of 127.0.0.1, with a kubeconfig for it; stop it when done. */
export async function startKubeApi(tls?: { key: string; cert: string }): Promise<KubeApi> {
  const api = new KubeApi(tls);
  await api.listen();
  return api;
}

/** An API server that lists, watches, reads and writes any kind, and misbehaves on demand. */
export class KubeApi {
  readonly store = new KubeApiStore();
  readonly requests: SeenRequest[] = [];
  /** TCP connections accepted since the start. */
  connections = 0;
  /** Plurals of kinds that it does not have, as where a CRD is not installed. */
  readonly missingKinds = new Set<string>();
  /** Plurals of kinds of which everything is refused, as where RBAC grants nothing. */
  readonly forbiddenKinds = new Set<string>();
  readonly #server: http.Server;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kube-api-'));
  readonly #faults: { verb: Verb; fault: Fault; left: number }[] = [];
  readonly #watches = new Set<OpenWatch>();
  readonly #sockets = new Set<Socket>();
  readonly #tls: { key: string; cert: string } | undefined;

  constructor(tls?: { key: string; cert: string }) {
    this.#tls = tls;
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      // A request that breaks off half way, as the tests make them do, needs no answer.
      void this.#answer(request, response).catch(() => undefined);
    this.#server = tls === undefined ? http.createServer(answer) : https.createServer(tls, answer);
    // Idle connections live as long as a test, as they do for the real one's 90 s.
    this.#server.keepAliveTimeout = 90_000;
    this.#server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `${this.#tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}`;
  }

  get kubeconfigPath(): string {
    return join(this.#folder, 'kubeconfig');
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  seen(verb: Verb): SeenRequest[] {
    return this.requests.filter((request) => request.verb === verb);
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const trust =
      this.#tls === undefined
        ? { 'insecure-skip-tls-verify': true }
        : { 'certificate-authority-data': Buffer.from(this.#tls.cert).toString('base64') };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'stand-in',
      contexts: [{ name: 'stand-in', context: { cluster: 'stand-in', user: 'tester' } }],
      clusters: [{ name: 'stand-in', cluster: { server: this.url, ...trust } }],
      users: [{ name: 'tester', user: { token: 'stand-in-token' } }],
    };
    writeFileSync(this.kubeconfigPath, JSON.stringify(config));
  }

  async stop(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cutConnections();
    await closed;
  }

  /** Cuts every connection, as a restart of the server does. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The next calls of this kind go wrong in this way, `times` of them. Faults of one kind queue up. */
  fail(verb: Verb, fault: Fault, times = 1): void {
    this.#faults.push({ verb, fault, left: times });
  }

  /** Forgets the faults that have not struck yet. */
  heal(): void {
    this.#faults.length = 0;
  }

  /** Creates or replaces an object behind everybody's back, guarded by nothing; watches hear of it. */
  put(type: ResourceType, object: KubeObject): KubeObject {
    const full = { apiVersion: apiVersionOf(type), kind: type.kind, ...object };
    const stored = this.store.put(pathOf(type, object.metadata), full);
    this.#tellWatches();
    return stored;
  }

  remove(type: ResourceType, at: Target): void {
    this.store.remove(pathOf(type, at));
    this.#tellWatches();
  }

  read(type: ResourceType, at: Target): KubeObject | undefined {
    return this.store.get(pathOf(type, at));
  }

  bookmark(): void {
    const object = { metadata: { resourceVersion: String(this.store.revision), creationTimestamp: null } };
    this.sendLine(JSON.stringify({ type: 'BOOKMARK', object }));
  }

  /** Sends a line of the test's own making to every open watch. */
  sendLine(line: string): void {
    for (const watch of this.#watches) if (!watch.silent) watch.response.write(`${line}\n`);
  }

  closeWatches(): void {
    for (const watch of this.#watches) watch.response.end();
  }

  resetWatches(): void {
    for (const watch of this.#watches) watch.response.socket?.resetAndDestroy();
  }

  /** From now on the open watches hear nothing any more, without being told so. */
  silenceWatches(): void {
    for (const watch of this.#watches) watch.silent = true;
  }

  /** They hear again, and of what they missed first. */
  soundWatches(): void {
    for (const watch of this.#watches) watch.silent = false;
    this.#tellWatches();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const at = parseApiPath(url.pathname);
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    if (at === undefined) return sendStatus(response, 404, 'NotFound', `no such path ${url.pathname}`);
    const verb = verbOf(request, url, at);
    const seen = { verb, path: url.pathname, query: url.searchParams, headers: request.headers, body };
    this.requests.push(seen);
    const fault = this.#nextFault(verb);
    if (fault !== undefined && strike(fault, response)) return;
    const plural = at.collection.split('/').at(-1) ?? '';
    if (this.forbiddenKinds.has(plural)) {
      sendStatus(response, 403, 'Forbidden', `cannot ${verb} resource "${plural}"`);
      return;
    }
    if (this.missingKinds.has(plural)) {
      sendStatus(response, 404, 'NotFound', 'the server could not find the requested resource');
      return;
    }
    if (verb === 'watch') return this.#watch(at, seen, response, fault);
    serveRest(this.store, at, seen, response);
    this.#tellWatches();
  }

  #nextFault(verb: Verb): Fault | undefined {
    const index = this.#faults.findIndex((each) => each.verb === verb);
    const entry = this.#faults[index];
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#faults.splice(index, 1);
    return entry.fault;
  }

  #watch(at: ApiPath, seen: SeenRequest, response: ServerResponse, fault: Fault | undefined): void {
    const from = Number(seen.query.get('resourceVersion'));
    if (from < this.store.compactedAt) {
      sendStatus(response, 410, 'Expired', 'too old resource version');
      return;
    }
    const named = seen.query.get('fieldSelector')?.replace('metadata.name=', '');
    const watch: OpenWatch = { at, named, response, told: from, silent: fault?.kind === 'silent' };
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
    if (fault?.kind === 'line') response.write(`${fault.line}\n`);
    this.#tell(watch);
    if (fault?.kind === 'close') response.end();
  }

  #tellWatches(): void {
    for (const watch of this.#watches) this.#tell(watch);
  }

  #tell(watch: OpenWatch): void {
    if (watch.silent || watch.response.writableEnded) return;
    for (const { revision, at, event } of this.store.events) {
      const isMeant = contains(watch.at, at) && (watch.named === undefined || at.name === watch.named);
      if (revision > watch.told && isMeant) watch.response.write(`${JSON.stringify(event)}\n`);
    }
    watch.told = this.store.revision;
  }
}

function pathOf(type: ResourceType, at: Target): ApiPath {
  const group = type.group === '' ? `api/${type.version}` : `apis/${type.group}/${type.version}`;
  return { collection: `${group}/${type.plural}`, namespace: at.namespace, name: at.name };
}

function verbOf(request: IncomingMessage, url: URL, at: ApiPath): Verb {
  if (request.method !== 'GET') return verbsByMethod[request.method ?? ''] ?? 'get';
  if (at.name !== undefined) return 'get';
  return url.searchParams.has('watch') ? 'watch' : 'list';
}
