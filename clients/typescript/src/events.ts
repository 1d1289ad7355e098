import type { Api } from "./api.js";
import { Refused } from "./errors.js";
import type { components as async } from "./generated/asyncapi.js";
import type { components } from "./generated/openapi.js";
import { pause, sleep } from "./waiting.js";

export type Event = components["schemas"]["ReplayedEvent"];
type Frames = async["schemas"];
/** An action on the socket; such news do not keep, so it is dropped where there is no socket. */
export type Action = Frames["Ping"] | Frames["Typing"] | Frames["SendEventAction"] | Frames["ReadAction"] | Frames["DeliveredAction"] | Frames["Watch"];
export type Connection = "closed" | "connecting" | "open" | "refused";

/** What a socket is to us: the browser's, React Native's, Node 22's or that of `ws`. */
export interface SocketLike {
  readyState: number;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface EventsOptions {
  /** Where the sockets are, as `wss://events.example.com`. */
  socketsUrl: string;
  /** Where to go on; now, if there is none. */
  cursor?: string;
  WebSocket?: new (url: string) => SocketLike;
  onEvent(event: Event): void | Promise<void>;
  /** The answer to a `watch`: how the members show now. */
  onPresence?(presence: Frames["UserPresence"][]): void;
  /** The answer to a `delivered`: how far messages are known to have come. */
  onDelivered?(states: Frames["DeliveredState"][]): void;
  onConnection?(connection: Connection, failure?: unknown): void;
  /** Milliseconds of silence before a ping, to wait for its answer, for a socket to open, between replays, between what is told of deliveries, until a large conversation is counted, between what is told of drafts, and until a list of the user's own is read anew. */
  times?: Partial<typeof TIMES>;
}

const TIMES = { ping: 30_000, answer: 10_000, open: 10_000, replay: 300_000, delivered: 4_000, counted: 3_000, drafts: 2_000, own: 300 };
const REMEMBERED_IDS = 10_000;
const LONGEST_BUFFER = 2_000;

/**
 * What is told to a user: each event once, whatever becomes of the socket.
 *
 * A new socket opens first, then the replay tells what was missed; what the socket says meanwhile comes after that. A
 * socket on which nothing comes after a ping is dead, whatever the network says. `gap` events name what to read anew.
 */
export class Events {
  cursor: string | undefined;
  private readonly had = new Set<string>();
  private readonly watched = new Set<string>();
  private readonly times: typeof TIMES;
  private socket: SocketLike | undefined;
  private ending: AbortController | undefined;
  private waking: (() => void) | undefined;
  private lost: (() => void) | undefined;

  constructor(
    private readonly api: Api,
    private readonly options: EventsOptions,
  ) {
    this.cursor = options.cursor;
    this.times = { ...TIMES, ...options.times };
  }

  /** Begins; does nothing if it has. */
  start(): void {
    if (this.ending) return;
    this.ending = new AbortController();
    void this.run(this.ending.signal);
  }

  stop(): void {
    this.ending?.abort();
    this.ending = undefined;
    this.socket?.close();
  }

  /** Tries now instead of after a pause: the network is back. */
  wake(): void {
    this.waking?.();
  }

  /** Lets go of the socket: the network is gone, which a socket would learn much later. */
  drop(): void {
    this.lost?.();
  }

  act(action: Action): boolean {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(action));
    return true;
  }

  /** Be told of typing and presence in a conversation, on this socket and each after it. */
  watch(conversationId: string): void {
    this.watched.add(conversationId);
    this.act({ action: "watch", conversation_id: conversationId });
  }

  unwatch(conversationId: string): void {
    this.watched.delete(conversationId);
    this.act({ action: "unwatch", conversation_id: conversationId });
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      this.options.onConnection?.("connecting");
      try {
        // This asks for another token where ours is refused, which a browser's socket cannot tell.
        if (failures || !this.cursor) await this.replay(signal);
        await this.listen(signal, () => (failures = 0));
      } catch (failure) {
        if (signal.aborted) break;
        if (failure instanceof Refused && !failure.retryable) {
          this.ending = undefined;
          this.options.onConnection?.("refused", failure);
          return;
        }
      }
      if (signal.aborted) break;
      this.options.onConnection?.("closed");
      const woken = new Promise<void>((resolve) => (this.waking = resolve));
      await Promise.race([sleep(pause(failures++), signal).catch(() => undefined), woken]);
    }
    // Begun anew meanwhile, it is that connection which counts.
    if (!this.ending) this.options.onConnection?.("closed");
  }

  private async replay(signal: AbortSignal): Promise<void> {
    for (let more = true; more; ) {
      signal.throwIfAborted();
      const query = this.cursor ? { after: this.cursor } : {};
      const page = await this.api.get("/v1/events", { query, attempts: 3, signal });
      for (const event of page.data) await this.tell(event);
      this.cursor = page.next_cursor;
      more = page.has_more;
    }
  }

  /** Ends, or fails, with the socket. */
  private async listen(signal: AbortSignal, opened: () => void): Promise<void> {
    const Socket = this.options.WebSocket ?? (globalThis.WebSocket as unknown as new (url: string) => SocketLike);
    const token = encodeURIComponent(await this.api.token());
    signal.throwIfAborted();
    const socket = new Socket(`${this.options.socketsUrl}?token=${token}`);
    this.socket = socket;
    let buffer: Event[] | undefined = [];
    let telling: Promise<void> = Promise.resolve();
    let silence: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setInterval> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const lost = (this.lost = () => reject(new Error("The socket is lost")));
        const heard = () => {
          clearTimeout(silence);
          silence = setTimeout(() => {
            this.act({ action: "ping" });
            silence = setTimeout(lost, this.times.answer);
          }, this.times.ping);
        };
        const catchUp = () => {
          buffer ??= [];
          telling = telling
            .then(() => this.replay(signal))
            .then(async () => {
              for (let event; (event = buffer?.shift()); ) await this.tell(event);
              buffer = undefined;
            });
          telling.catch(reject);
        };
        silence = setTimeout(lost, this.times.open);
        socket.onerror = socket.onclose = lost;
        signal.addEventListener("abort", () => resolve(), { once: true });
        socket.onopen = () => {
          heard();
          for (const each of this.watched) this.act({ action: "watch", conversation_id: each });
          catchUp();
          telling.then(() => {
            opened();
            this.options.onConnection?.("open");
          }, reject);
          again = setInterval(catchUp, this.times.replay);
        };
        socket.onmessage = (frame: { data: unknown }) => {
          heard();
          const parsed = JSON.parse(String(frame.data)) as object;
          const said = parsed as Event & { tenant_id?: string; presence?: Frames["UserPresence"][] };
          const answer = parsed as Partial<Frames["DeliveredAck"]>;
          if (said.presence) this.options.onPresence?.(said.presence);
          if (answer.action === "delivered" && answer.data) this.options.onDelivered?.(answer.data);
          if (!said.tenant_id) return;
          if (!buffer) {
            telling = telling.then(() => this.tell(said));
            telling.catch(reject);
          } else if (buffer.push(said) > LONGEST_BUFFER) lost();
        };
      });
    } finally {
      clearTimeout(silence);
      clearInterval(again);
      socket.onmessage = socket.onclose = null;
      this.socket = this.lost = undefined;
      socket.close();
    }
  }

  private async tell(event: Event): Promise<void> {
    if (event.type !== "gap") {
      if (this.had.has(event.id)) return;
    }
    await this.options.onEvent(event);
    if (event.type === "gap") return;
    this.had.add(event.id);
    if (this.had.size > REMEMBERED_IDS) for (const oldest of this.had) return void this.had.delete(oldest);
  }
}
