import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type ProbeTiming, probeReadiness } from './readiness-probe.ts';
import { until } from './until.ts';

/** What a Service sends connections to: where a pod serves, and where it says whether it is ready. */
export interface Endpoint {
  readonly name: string;
  /** `https://127.0.0.1:port` */
  readonly url: string;
  /** `http://127.0.0.1:port` */
  readonly opsUrl: string;
}

export interface LoadBalancer {
  /** What the API server calls. */
  readonly url: string;
  /** From now on the endpoint is probed; it gets connections when it is ready. */
  add(endpoint: Endpoint): void;
  /** Its pod is being deleted: it is no endpoint any more, whatever it answers. Its open connections stay. */
  terminate(name: string): void;
  /** The names of the endpoints that new connections go to. */
  endpoints(): readonly string[];
  /** Resolves when the endpoint gets connections. */
  untilIn(name: string): Promise<void>;
  /** Resolves when the endpoint gets none any more. */
  untilOut(name: string): Promise<void>;
  /** New connections so far, by endpoint; under `none`, those that came while there was no endpoint. */
  connections(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** How long a change of readiness takes to reach the nodes: the EndpointSlice is written, and kube-proxy follows it. */
const SPREADING_MS = 500;

interface Known {
  readonly endpoint: Endpoint;
  readonly probing: AbortController;
  serves: boolean;
}

/**
 * A Service of Kubernetes as the API server meets it, on 127.0.0.1: plain TCP, new connections in turn to the endpoints
 * that are ready, open connections left where they are. As in a cluster nothing is known at once: readiness is probed
 * at the pod's own pace, and each change takes effect a little later. A connection to an endpoint that is dead and not
 * yet known to be is reset.
 */
export async function startLoadBalancer(timing: ProbeTiming): Promise<LoadBalancer> {
  const known = new Map<string, Known>();
  const counts: Record<string, number> = {};
  const sockets = new Set<Socket>();
  let turn = 0;

  const serving = (): readonly Known[] => [...known.values()].filter(({ serves }) => serves);
  const next = (): Known | undefined => {
    const all = serving();
    turn += 1;
    return all[turn % all.length];
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (incoming) => {
    const chosen = next();
    const name = chosen?.endpoint.name ?? 'none';
    counts[name] = (counts[name] ?? 0) + 1;
    keep(sockets, incoming);
    // What a Service without endpoints does with a connection (kube-proxy: REJECT).
    if (chosen === undefined) incoming.on('error', () => {}).resetAndDestroy();
    else keep(sockets, relay(incoming, chosen.endpoint));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const spread = async (one: Known, serves: boolean): Promise<void> => {
    await wait(SPREADING_MS);
    // A pod that is being deleted never comes back.
    one.serves = serves && !one.probing.signal.aborted;
  };
  return {
    url: `https://127.0.0.1:${port}`,
    add(endpoint) {
      const one: Known = { endpoint, probing: new AbortController(), serves: false };
      known.set(endpoint.name, one);
      void probeReadiness({
        opsUrl: endpoint.opsUrl,
        timing,
        signal: one.probing.signal,
        onChange: (ready) => void spread(one, ready),
      });
    },
    terminate(name) {
      const one = known.get(name);
      one?.probing.abort();
      if (one !== undefined) void spread(one, false);
    },
    endpoints: () => serving().map(({ endpoint }) => endpoint.name),
    async untilIn(name) {
      await until(`${name} is an endpoint`, () => known.get(name)?.serves === true);
    },
    async untilOut(name) {
      await until(`${name} is no endpoint`, () => known.get(name)?.serves !== true);
    },
    connections: () => ({ ...counts }),
    async stop() {
      for (const { probing } of known.values()) probing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Carries bytes both ways; when one side is broken off, so is the other, and an orderly end is passed on as one. */
function relay(incoming: Socket, endpoint: Endpoint): Socket {
  const outgoing = connect({
    host: '127.0.0.1',
    port: Number(new URL(endpoint.url).port),
    allowHalfOpen: true,
    noDelay: true,
  });
  const breakOff = () => {
    incoming.resetAndDestroy();
    outgoing.destroy();
  };
  incoming.on('error', breakOff).pipe(outgoing);
  outgoing.on('error', breakOff).pipe(incoming);
  return outgoing;
}

function keep(set: Set<Socket>, socket: Socket): void {
  set.add(socket);
  socket.once('close', () => set.delete(socket));
}
