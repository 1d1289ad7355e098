import type { Event } from "./events.js";
import type { components } from "./generated/openapi.js";

/** What happened to an entity; not a gap. */
export type Told = Exclude<Event, components["schemas"]["Gap"]>;

const MOST_VERSIONS = 10_000;
const FLEETING: ReadonlySet<string> = new Set<Told["type"]>(["typing.started", "typing.stopped", "custom_event.sent", "ephemeral_message.sent"]);

/**
 * Applies what is told, one event after the other, in whatever order it comes: of an entity only what is newest.
 *
 * What is read meanwhile may be older than what was applied, so that is applied again to what was read.
 */
export class News {
  private readonly versions = new Map<string, number>();
  private readonly readings = new Set<Told[]>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly apply: (event: Told) => Promise<void>,
    private readonly failed: (failure: unknown) => void,
  ) {}

  /** Applies an event in its turn. What is fleeting has no state, so none of it is newer than another. */
  take(event: Told): Promise<void> {
    return this.inTurn(async () => {
      if (FLEETING.has(event.type)) return this.apply(event);
      if (event.version < this.version(event.entity_id)) return;
      for (const told of this.readings) told.push(event);
      await this.apply(event);
      this.remember(event.entity_id, event.version);
    });
  }

  /** The version of an entity that was told last; 0 if none was. */
  version(entity: string): number {
    return this.versions.get(entity) ?? 0;
  }

  /** Does it when what was told before has been applied. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(act);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** Reads and shows what was read; what is told from the question to the answer is applied `again`. */
  async during<T>(ask: () => Promise<T>, show: (found: T) => void, again: (event: Told) => Promise<void> = this.apply): Promise<T> {
    const told: Told[] = [];
    this.readings.add(told);
    try {
      const found = await ask();
      show(found);
      if (told.length) this.inTurn(() => inOrder(told, again)).catch(this.failed);
      return found;
    } finally {
      this.readings.delete(told);
    }
  }

  private remember(entity: string, version: number): void {
    this.versions.delete(entity);
    this.versions.set(entity, version);
    if (this.versions.size > MOST_VERSIONS) for (const oldest of this.versions.keys()) return void this.versions.delete(oldest);
  }
}

async function inOrder(told: readonly Told[], act: (event: Told) => Promise<void>): Promise<void> {
  for (const event of told) await act(event);
}
