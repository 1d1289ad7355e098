import { refusalOf, Refused, Unreachable } from "./errors.js";
import type { paths } from "./generated/openapi.js";
import { pause, sleep } from "./waiting.js";

type Method = "get" | "post" | "put" | "delete";
/** The paths that have this method. */
export type PathOf<M extends Method> = { [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never }[keyof paths];
type Part<T, K extends string> = T extends { parameters: { [_ in K]?: infer V } } ? Exclude<V, undefined> : never;
type Json<T> = T extends { content: { "application/json": infer V } } ? V : undefined;
type Body<T> = T extends { requestBody: { content: { "application/json": infer V } } }
  ? { body: V }
  : T extends { requestBody?: { content: { "application/json": infer V } } }
    ? { body?: V }
    : { body?: never };
type Optional<T, K extends string> = [T] extends [never] ? unknown : object extends T ? { [_ in K]?: T } : { [_ in K]: T };

/** What a request takes beside its path. */
export type Asked<P extends keyof paths, M extends Method> = Optional<Part<paths[P][M], "path">, "path"> &
  Optional<Part<paths[P][M], "query">, "query"> &
  Body<paths[P][M]> & {
    /** The version that is changed: such a change is sent once, since a repetition would look like somebody else's. */
    ifMatch?: number;
    /** The key by which Parley knows a repetition of this POST; one is made if none is given. */
    idempotencyKey?: string;
    /** How often to try; 6 if nothing is said. */
    attempts?: number;
    signal?: AbortSignal;
  };

/** What it answers: the JSON, or undefined where there is none. */
export type Answer<P extends keyof paths, M extends Method> = paths[P][M] extends { responses: infer R }
  ? Json<R[keyof R & (200 | 201 | 202 | 204)]>
  : never;

type Args<P extends keyof paths, M extends Method> = object extends Asked<P, M> ? [asked?: Asked<P, M>] : [asked: Asked<P, M>];

/** A token, or what gives one: it is asked at first and whenever Parley refuses what it gave. */
export type TokenSource = string | (() => string | Promise<string>);

export interface ApiOptions {
  /** Where Parley is, as `https://chat.example.com`. */
  url: string;
  token?: TokenSource;
  /** For a back end with a server token: the user that it acts for. */
  actingUser?: string;
  fetch?: typeof fetch;
  /** Milliseconds after which a request without an answer counts as lost. */
  timeout?: number;
}

interface Loose {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  ifMatch?: number;
  idempotencyKey?: string;
  attempts?: number;
  signal?: AbortSignal;
}

const ATTEMPTS = 6;
const LONGEST_RETRY_AFTER = 60_000;

/** Every route of Parley, typed by `docs/openapi.json`: `api.get("/v1/users/{user_id}", { path: { user_id: "me" } })`. */
export class Api {
  private current: Promise<string> | undefined;

  constructor(private readonly options: ApiOptions) {}

  get<P extends PathOf<"get">>(path: P, ...[asked]: Args<P, "get">): Promise<Answer<P, "get">> {
    return this.json("GET", path, asked as Loose);
  }

  post<P extends PathOf<"post">>(path: P, ...[asked]: Args<P, "post">): Promise<Answer<P, "post">> {
    return this.json("POST", path, asked as Loose);
  }

  put<P extends PathOf<"put">>(path: P, ...[asked]: Args<P, "put">): Promise<Answer<P, "put">> {
    return this.json("PUT", path, asked as Loose);
  }

  delete<P extends PathOf<"delete">>(path: P, ...[asked]: Args<P, "delete">): Promise<Answer<P, "delete">> {
    return this.json("DELETE", path, asked as Loose);
  }

  /** The token in use. */
  token(): Promise<string> {
    const { token = "" } = this.options;
    return (this.current ??= Promise.resolve(typeof token === "function" ? token() : token).catch((failure: unknown) => {
      this.current = undefined;
      throw failure;
    }));
  }

  /** Sends a request, again where that may help; the answer, whatever it holds. Raises `Refused` or `Unreachable`. */
  async fetch(method: string, path: string, asked: Loose = {}): Promise<Response> {
    const { path: names = {}, query = {}, body, ifMatch, attempts = ATTEMPTS, signal } = asked;
    const url = new URL(this.options.url.replace(/\/+$/, "") + path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(names[name]))));
    for (const [name, value] of Object.entries(query)) if (value != null) url.searchParams.set(name, String(value));
    const headers: Record<string, string> = { Accept: "application/json" };
    if (method === "POST") headers["Idempotency-Key"] = asked.idempotencyKey ?? crypto.randomUUID();
    if (ifMatch !== undefined) headers["If-Match"] = `"${ifMatch}"`;
    if (this.options.actingUser) headers["X-Acting-User"] = this.options.actingUser;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    let renewed = false;
    for (let failed = 0; ; ) {
      const used = this.options.token === undefined ? undefined : this.token();
      let wait = 0;
      try {
        if (used) headers["Authorization"] = `Bearer ${await used}`;
        return await this.once(url, init, signal);
      } catch (failure) {
        signal?.throwIfAborted();
        if (failure instanceof Refused) {
          if (failure.status === 401 && used && !renewed && typeof this.options.token === "function") {
            renewed = true;
            if (this.current === used) this.current = undefined;
            continue;
          }
          wait = failure.retryAfter;
          if (!failure.retryable || wait > LONGEST_RETRY_AFTER) throw failure;
        } else if (!(failure instanceof Unreachable) || ifMatch !== undefined) throw failure;
        if (++failed >= attempts) throw failure;
      }
      await sleep(wait + pause(failed - 1), signal);
    }
  }

  private async once(url: URL, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, this.options.timeout ?? 30_000);
    signal?.addEventListener("abort", end);
    try {
      const answer = await (this.options.fetch ?? fetch)(url, { ...init, signal: ending.signal });
      if (answer.status >= 400) throw await refusalOf(answer);
      return answer;
    } catch (failure) {
      throw failure instanceof Refused ? failure : new Unreachable("Nothing answers", { cause: failure });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
    }
  }

  private async json<T>(method: string, path: string, asked?: Loose): Promise<T> {
    const text = await (await this.fetch(method, path, asked)).text();
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
