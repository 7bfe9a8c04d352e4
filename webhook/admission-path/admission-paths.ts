import { timingSafeEqual } from 'node:crypto';
import type { KeysWatch } from '../../shared/stores/keys-watch.ts';
import type { WebhookName } from '../admission/outcome.ts';
import type { KeptField } from '../registration/bring-fields.ts';
import { configurationTypes, type RegistrationWatch } from '../registration/registration-watch.ts';
import {
  admittedWays,
  isExposed,
  nextToken,
  type PathView,
  pathChange,
  settledAt,
  wantedToken,
} from './path-plan.ts';
import { askedWith, BARE, NOWHERE, readPath, wayAsked } from './path-text.ts';
import { createSecondLook, type SecondLook } from './second-look.ts';
import { askingBy, NOTHING_SEEN, type SeenPaths, seePaths, stepOfKind } from './seen-paths.ts';

/** After a suspend timers are late, and a token of the future is far away: a look each minute notices. */
const TICK_MS = 60_000;

/** Why another token is asked for. */
export type TokenReason = 'start' | 'failure' | 'age';

export interface AdmissionPathsOptions {
  /** The tokens; somebody else starts and stops it. */
  readonly keys: Pick<KeysWatch, 'tokens' | 'retire' | 'listen'>;
  /** Both webhook configurations; somebody else starts and stops it. */
  readonly registrations: RegistrationWatch;
  /** What the configurations should say may have changed. */
  onWanted(): void;
  /** Another token is asked for. */
  onRetire(reason: TokenReason): void;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly tickMs?: number;
}

/** `undefined` for a request that is not the API server's; `not-yet` while it is not known whether it is. */
export type AskedStep = WebhookName | 'not-yet' | undefined;

/** The paths that the API server asks by: who asks in another way is not the API server. */
export interface AdmissionPaths {
  start(): void;
  stop(): void;
  /** The path in each webhook of the configurations, for who writes them. */
  readonly field: KeptField;
  /** The step that a request is for, by its path. */
  stepOf(path: string): AskedStep;
  /**
   * The same for a path that `stepOf` does not know, once what the configurations say now has been heard. It takes up to
   * three seconds; what belongs to nobody, or comes when many wait already, is answered at once.
   */
  stepAfterLook(path: string): Promise<AskedStep>;
  /** Why the API server cannot ask us, in words; `undefined` when it can. */
  problem(): string | undefined;
  /** A call failed, or may have: the API server has told the path to whoever wrote the object. */
  failed(): void;
}

export function createAdmissionPaths(options: AdmissionPathsOptions): AdmissionPaths {
  return new RunningPaths(options);
}

class RunningPaths implements AdmissionPaths {
  readonly #options: AdmissionPathsOptions;
  #seen: SeenPaths = NOTHING_SEEN;
  #knownMs: ReadonlyMap<string, number> = new Map();
  /** At the start: nobody answered before, as far as this replica knows. */
  #reason: TokenReason | undefined = 'start';
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #secondLook: SecondLook;
  readonly field: KeptField = {
    name: 'path',
    changeOf: ({ askedAt }, type) => {
      const view = this.#view();
      const wanted = view && wantedToken(view);
      if (view === undefined || wanted === undefined) return undefined;
      const step = stepOfKind(type);
      const change = pathChange(view, wayAsked(askedAt, step), wanted);
      if (change === undefined) return undefined;
      const pointer = askedAt.field === 'url' ? 'url' : 'service/path';
      return { pointer, value: askedWith(askedAt, step, wanted), urgent: change === 'urgent' };
    },
  };

  constructor(options: AdmissionPathsOptions) {
    this.#options = options;
    this.#secondLook = createSecondLook((signal) => options.registrations.catchUp(signal));
  }

  start(): void {
    const { keys, registrations, now } = this.#options;
    keys.listen(() => this.#readTokens());
    this.#readTokens();
    registrations.listen((registration) => {
      this.#seen = seePaths(this.#seen, registration, now());
      this.#look();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#secondLook.stop();
  }

  stepOf(path: string): AskedStep {
    const asked = readPath(path);
    if (asked === undefined) return undefined;
    const view = this.#view();
    if (view !== undefined && isAmong(admittedWays(view), asked.way)) return asked.step;
    return view !== undefined && this.#isSeen() ? undefined : 'not-yet';
  }

  async stepAfterLook(path: string): Promise<AskedStep> {
    if (readPath(path) === undefined) return undefined;
    await this.#secondLook.look();
    return this.stepOf(path);
  }

  problem(): string | undefined {
    if (!this.#isSeen()) return 'the webhook configurations have not been read yet';
    const [first] = askingBy(this.#seen, [BARE, NOWHERE]);
    return first === undefined ? undefined : `${first} does not ask by our path`;
  }

  failed(): void {
    this.#reason ??= 'failure';
    this.#look();
  }

  #isSeen(): boolean {
    return this.#seen.configurations.size === configurationTypes.length;
  }

  #view(): PathView | undefined {
    const tokens = this.#options.keys.tokens();
    if (tokens === undefined) return undefined;
    return { nowMs: this.#options.now(), tokens, knownMs: this.#knownMs, seen: this.#seen };
  }

  /** Those that are there when the first are read were known to others before: since they were made. */
  #readTokens(): void {
    const nowMs = this.#options.now();
    const isFirst = this.#knownMs.size === 0;
    const known = (this.#options.keys.tokens() ?? []).map(({ token, madeMs }) => {
      const sinceMs = this.#knownMs.get(token) ?? (isFirst ? Math.min(madeMs, nowMs) : nowMs);
      return [token, sinceMs] as const;
    });
    this.#knownMs = new Map(known);
    this.#look();
  }

  /** Does what is due, and looks again at the next moment that something is. */
  #look(): void {
    const view = this.#view();
    if (view === undefined || !this.#isSeen()) return;
    this.#retireIfDue(view);
    this.#options.onWanted();
    const { earliestMs, agedMs } = nextToken(view);
    const moments = [earliestMs, agedMs, ...view.tokens.map(({ token }) => settledAt(view, token))];
    this.#lookIn(
      Math.min(
        this.#options.tickMs ?? TICK_MS,
        ...moments.map((ms) => ms - view.nowMs).filter((ms) => ms > 0),
      ),
    );
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.#look(), ms);
  }

  #retireIfDue(view: PathView): void {
    const [newest] = view.tokens;
    const { earliestMs, agedMs } = nextToken(view);
    // What no replica has written yet, nobody was told. What may have been written, and was not seen, waits to be seen.
    if (newest === undefined || view.nowMs < settledAt(view, newest.token)) this.#reason = undefined;
    if (newest === undefined || !isExposed(view)) return;
    const reason = this.#reason ?? (view.nowMs >= agedMs ? 'age' : undefined);
    if (reason === undefined || view.nowMs < earliestMs) return;
    this.#reason = undefined;
    this.#options.onRetire(reason);
    this.#options.keys.retire(newest.token);
  }
}

/** Compares with all of them in the same time, whichever it is: how long an answer takes tells nothing of a token. */
function isAmong(ways: ReadonlySet<string>, token: string): boolean {
  const asked = Buffer.from(token);
  let found = false;
  for (const way of ways) {
    const known = Buffer.from(way);
    if (known.length === asked.length && timingSafeEqual(known, asked)) found = true;
  }
  return found;
}
