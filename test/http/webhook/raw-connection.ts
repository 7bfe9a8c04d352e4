import { connect, type TLSSocket } from 'node:tls';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** The server closed the connection with it, or said that it will. */
  readonly last: boolean;
}

const LAST_CHUNK = '0\r\n\r\n';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** Writes requests byte by byte as they are given, well-formed or not, one after another over a kept connection. */
export class RawConnection {
  readonly #target: { readonly port: number; readonly caPem: string };
  #socket: TLSSocket | undefined;

  constructor(target: { readonly port: number; readonly caPem: string }) {
    this.#target = target;
  }

  /** Sends one request and waits for its answer, or for the end of the connection: `undefined` when that came first. */
  exchange(bytes: Buffer): Promise<RawAnswer | undefined> {
    const socket = this.#socket ?? this.#connect();
    this.#socket = socket;
    return new Promise((resolve) => {
      let heard = '';
      const settle = (answer: RawAnswer | undefined) => {
        socket.off('data', onData).off('close', onClose);
        if (answer === undefined || answer.last) this.close();
        resolve(answer);
      };
      const onData = (chunk: Buffer) => {
        heard = (heard + chunk.toString('utf8')).replace(CONTINUE, '');
        const answer = parse(heard, false);
        if (answer !== undefined) settle(answer);
      };
      const onClose = () => settle(parse(heard, true));
      socket.on('data', onData).on('close', onClose);
      socket.write(bytes);
    });
  }

  /** Sends what it is given and goes away in the middle. */
  async abandon(bytes: Buffer): Promise<void> {
    const socket = this.#socket ?? this.#connect();
    await new Promise((resolve) => {
      socket.on('close', resolve);
      socket.write(bytes, () => socket.destroy());
    });
    this.#socket = undefined;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): TLSSocket {
    const { port, caPem } = this.#target;
    const socket = connect({ host: '127.0.0.1', port, ca: caPem });
    socket.on('error', () => {});
    return socket;
  }
}

/** The answer in what was heard so far; one without a length ends with its last chunk or with the connection. */
function parse(heard: string, closed: boolean): RawAnswer | undefined {
  const end = heard.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = heard.slice(0, end);
  const body = heard.slice(end + 4);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  const complete =
    length === undefined ? closed || body.endsWith(LAST_CHUNK) : Buffer.byteLength(body) >= Number(length);
  if (!complete) return undefined;
  const last = closed || /\r\nconnection: close/i.test(head);
  return { status: Number(head.slice(9, 12)), head, body, last };
}
