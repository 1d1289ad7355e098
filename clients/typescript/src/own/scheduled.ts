import type { components } from "../generated/openapi.js";
import type { Told } from "../news.js";
import type { NewMessage } from "../outbox.js";
import { OwnList, type Parts, type Query } from "./own_list.js";

type Schemas = components["schemas"];
export type ScheduledMessage = Schemas["ScheduledMessage"];

const MOST = 100;

/** Messages that are sent later, the soonest first, and those that were refused then. */
export class Scheduled extends OwnList<ScheduledMessage> {
  constructor(parts: Parts, after?: number) {
    super(parts, MOST, after);
  }

  /** Has a message sent later; under the same `key` once. */
  add(conversationId: string, message: NewMessage, at: Date, key: string = crypto.randomUUID()): Promise<ScheduledMessage> {
    const body = { message: { ...message, conversation_id: conversationId }, send_at: at.toISOString() };
    return this.change(() => this.parts.api.post("/v1/scheduled-messages", { body, idempotencyKey: key }), placed);
  }

  /** Has it say something else, or be sent at another moment, also one that was refused; itself is refused once it is being sent. */
  async edit({ id, version, message, send_at }: ScheduledMessage, change: { text?: string; at?: Date }): Promise<void> {
    const { text = message.text, at = new Date(send_at) } = change;
    const says = text === message.text ? {} : { message: { ...message, text } as Schemas["SendMessage"] };
    const body = { ...says, ...(at.getTime() === Date.parse(send_at) ? {} : { send_at: at.toISOString() }) };
    if (!Object.keys(body).length) return;
    await this.change(() => this.parts.api.put("/v1/scheduled-messages/{scheduled_message_id}", { path: { scheduled_message_id: id }, body, ifMatch: version }), placed);
  }

  /** Takes it back before it is sent. */
  async remove(id: string): Promise<void> {
    await this.change(
      () => this.parts.api.delete("/v1/scheduled-messages/{scheduled_message_id}", { path: { scheduled_message_id: id } }),
      (_, known) => known.filter((each) => each.id !== id),
    );
  }

  protected page(query: Query) {
    return this.parts.api.get("/v1/scheduled-messages", { query });
  }

  protected told({ type, data }: Told, known: readonly ScheduledMessage[]): readonly ScheduledMessage[] {
    if (type === "scheduled_message.deleted" || type === "scheduled_message.sent") return known.filter((each) => each.id !== data.id);
    if (type !== "scheduled_message.updated" && type !== "scheduled_message.failed") return known;
    const { user_id: _, ...said } = data;
    return placed(said, known);
  }
}

/** With this one where its moment has it, unless a newer one is known. */
function placed(message: ScheduledMessage, known: readonly ScheduledMessage[]): readonly ScheduledMessage[] {
  if (known.some((each) => each.id === message.id && each.version > message.version)) return known;
  const place = (each: ScheduledMessage) => `${each.send_at}${each.id}`;
  return [...known.filter((each) => each.id !== message.id), message].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}
