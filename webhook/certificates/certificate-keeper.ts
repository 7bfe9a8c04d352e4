import { createBackoff } from '../../shared/kube/backoff.ts';
import type { KubeClient } from '../../shared/kube/client.ts';
import { KeyQueue } from '../../shared/kube/key-queue.ts';
import { resources } from '../../shared/kube/resource.ts';
import { oneObject } from '../../shared/stores/one-object.ts';
import { createStore, type Store, type View } from '../../shared/stores/store.ts';
import { isTrouble } from '../../shared/stores/store-problem.ts';
import type { StoreTuning } from '../../shared/stores/store-tuning.ts';
import type { KeptField } from '../registration/bring-fields.ts';
import { configurationTypes, type RegistrationWatch } from '../registration/registration-watch.ts';
import { type Authority, type Leaf, signLeaf } from './authority.ts';
import { bundleChange, type WantedTrust } from './ca-bundle.ts';
import { ensureAuthority } from './ca-secret.ts';
import type { CertificateEvents, CertificateSource } from './certificate-source.ts';
import { type LeafPlan, planLeaf, type Signer, settleMsOf } from './leaf-plan.ts';
import { madeAt, renewAt } from './lifetime.ts';
import { distrusting, type SeenTrust, seeTrust, trustedSince } from './seen-trust.ts';
import { servingNames } from './serving-names.ts';

/**
 * Timers run on the time that the machine was awake. After a suspend the wall clock is ahead of them; a look each
 * minute notices (as in cert-manager, pkg/server/tls/dynamic_source.go).
 */
const TICK_MS = 60_000;
/** After an outage of the API server certificates are looked after again this soon: a webhook may wait for its first. */
const BACKOFF_CAP_MS = 5_000;

export interface CertificateKeeperOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The Secret that holds the CA. */
  readonly secretName: string;
  /** The Service in front of the webhook, in `namespace`. */
  readonly serviceName: string;
  /** More DNS names and IP addresses, such as 127.0.0.1 for a webhook that is called by URL. */
  readonly extraNames: readonly string[];
  readonly caDurationMs: number;
  readonly leafDurationMs: number;
  /** Both webhook configurations; the keeper listens, somebody else starts and stops it. */
  readonly registrations: RegistrationWatch;
  readonly events: CertificateEvents;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tickMs?: number;
  readonly tuning?: StoreTuning;
}

/**
 * Keeps the webhook served and trusted with certificates of its own: follows the CA in the Secret, heals and renews
 * it, signs leaves, and says whom both configurations should trust. The leaf and its key stay in memory: nothing but this
 * process needs them, a restart makes new ones in a tenth of a second, and no Secret has to be mounted.
 *
 * Every part of the work is brought to what the newest state asks for, one run at a time, and again after a back-off
 * when it fails; what is served stays meanwhile.
 * @throws CertificateNameError for an extra name that cannot stand in a certificate
 */
export function createCertificateKeeper(options: CertificateKeeperOptions): CertificateSource {
  return new CertificateKeeper(options);
}

class CertificateKeeper implements CertificateSource {
  readonly #options: CertificateKeeperOptions;
  readonly #names: readonly string[];
  readonly #queue: KeyQueue;
  readonly #secret: Store<View>;
  #authority: Authority | undefined;
  #served: { readonly leaf: Leaf; readonly authority: Authority } | undefined;
  #seen: SeenTrust = new Map();
  /** Our CA in the caBundle of each webhook; what is written there, the keeper of the registrations writes. */
  readonly trust: KeptField = {
    name: 'caBundle',
    changeOf: ({ caBundle }) => {
      const wanted = this.#wanted();
      const change = wanted && bundleChange(caBundle, wanted, new Date(this.#options.now()));
      return change && { pointer: 'caBundle', ...change };
    },
  };
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: CertificateKeeperOptions) {
    const { namespace, secretName } = options;
    this.#options = options;
    this.#names = servingNames(options.serviceName, namespace, options.extraNames);
    const {
      random,
      backoffBaseMs: baseMs = 100,
      backoffCapMs: capMs = BACKOFF_CAP_MS,
    } = options.tuning ?? {};
    this.#queue = new KeyQueue({
      work: (key) => this.#work(key),
      onFailure: (key, error) => options.events.failure(key === 'ca' ? 'ca' : 'leaf', error),
      newBackoff: () => createBackoff({ baseMs, capMs, random }),
    });
    this.#secret = createStore({
      client: options.client,
      // What it holds is read by who judges it; a key need not lie in a store as well.
      kind: oneObject(resources.secrets, { namespace, name: secretName }, () => ({})),
      onProblem: ({ kind, error }) => isTrouble(kind) && options.events.failure('ca', error),
      tuning: { backoffCapMs: BACKOFF_CAP_MS, ...options.tuning },
    });
    this.#secret.listen(() => this.#queue.trigger('ca'));
  }

  start(): void {
    this.#queue.trigger('ca');
    this.#secret.start();
    this.#options.registrations.listen((registration) => {
      this.#seen = seeTrust(this.#seen, registration, this.#options.now());
      this.#look();
    });
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all([this.#secret.stop(), this.#queue.stop(5_000)]);
  }

  problem(): string | undefined {
    if (this.#served === undefined) return 'the serving certificate is not made yet';
    const { leaf, authority } = this.#served;
    if (leaf.notAfter.getTime() <= this.#options.now())
      return `the serving certificate expired on ${leaf.notAfter.toISOString()}`;
    if (this.#seen.size < configurationTypes.length)
      return 'the webhook configurations have not been read yet';
    const [first] = distrusting(this.#seen, authority.certificate.fingerprint256);
    return first === undefined ? undefined : `${first} does not trust our CA`;
  }

  /**
   * Sets to work on the CA and the leaf what is due, and looks again at the next moment that something is. Both are told
   * by one reading of the clock. With two, something could become due in between: neither set to work nor waited for, it
   * would lie until the next tick. A timer that fires a millisecond early, as Node's do, leads just there.
   */
  #look(): void {
    const nowMs = this.#options.now();
    const plan = this.#plan(nowMs);
    const renewMs =
      this.#authority === undefined ? Number.POSITIVE_INFINITY : renewAt(this.#authority.certificate);
    if (renewMs <= nowMs) this.#queue.trigger('ca');
    if (plan.act === 'sign') this.#queue.trigger('leaf');
    const moments = [renewMs, plan.act === 'wait' ? plan.untilMs : Number.POSITIVE_INFINITY];
    this.#arm(Math.min(...moments.filter((ms) => ms > nowMs)) - nowMs);
  }

  /** Looks again after so long, and at least each tick: what is under way comes back by itself, or after its back-off. */
  #arm(inMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.#look(), Math.min(this.#options.tickMs ?? TICK_MS, inMs));
  }

  async #work(key: string): Promise<void> {
    if (key === 'ca') await this.#followAuthority();
    else await this.#renewLeaf();
    this.#look();
    this.#options.events.trust();
  }

  async #followAuthority(): Promise<void> {
    const stored = await ensureAuthority(this.#options, new Date(this.#options.now()));
    const isNew = stored.authority.certificate.fingerprint256 !== this.#authority?.certificate.fingerprint256;
    this.#authority = stored.authority;
    if (isNew) this.#options.events.authority(stored);
  }

  async #renewLeaf(): Promise<void> {
    const nowMs = this.#options.now();
    const plan = this.#plan(nowMs);
    const authority =
      plan.act === 'sign' && plan.signer === 'served' ? this.#served?.authority : this.#authority;
    if (plan.act === 'wait' || authority === undefined) return;
    const { leafDurationMs, events } = this.#options;
    const leaf = await signLeaf(authority, this.#names, new Date(nowMs), leafDurationMs);
    events.serve(leaf, plan.reason);
    this.#served = { leaf, authority };
  }

  #wanted(): WantedTrust | undefined {
    if (this.#authority === undefined) return undefined;
    const served = this.#served === undefined ? {} : { served: this.#served.authority.certificate };
    return {
      authority: this.#authority.certificate,
      ...served,
      overlapMs: this.#options.leafDurationMs,
    };
  }

  #plan(nowMs: number): LeafPlan {
    const { caDurationMs, leafDurationMs } = this.#options;
    const kinds = configurationTypes.map((type) => type.kind);
    const id = this.#authority?.certificate.fingerprint256;
    return planLeaf({
      nowMs,
      ca: this.#authority && signerOf(this.#authority),
      served: this.#served && servedLeaf(this.#served),
      caTrustedSinceMs: id === undefined ? undefined : trustedSince(this.#seen, kinds, id),
      settleMs: settleMsOf(caDurationMs),
      overlapMs: leafDurationMs,
      leafMs: leafDurationMs,
    });
  }
}

function signerOf({ certificate }: Authority): Signer {
  return {
    id: certificate.fingerprint256,
    madeMs: madeAt(certificate),
    expiresMs: certificate.validToDate.getTime(),
  };
}

function servedLeaf({ leaf, authority }: { leaf: Leaf; authority: Authority }) {
  return {
    signer: signerOf(authority),
    renewMs: renewAt({ validFromDate: leaf.notBefore, validToDate: leaf.notAfter }),
    expiresMs: leaf.notAfter.getTime(),
  };
}
