// What a client writes against the types of openapi-typescript: it compiles only while answers carry what they say.
import type { components, paths } from "./schema";

type Message = components["schemas"]["Message"];
type Event = components["schemas"]["Event"];
type Sent = paths["/v1/messages"]["post"]["responses"]["201"]["content"]["application/json"];

export function headline(message: Message): string {
  const edited: string = message.edited_at === null ? "" : ` (edited ${message.edited_at.slice(0, 10)})`;
  return `${message.author_id}: ${message.text}${edited}, ${message.reply_count.toFixed(0)} replies, ${message.mentions.length} mentions`;
}

export function tell(event: Event): string {
  switch (event.type) {
    case "message.created":
      return "text" in event.data ? `${event.seq.toFixed(0)}: ${event.data.text}` : event.conversation_id;
    case "presence.changed":
      return event.data.online ? event.data.user_id : "";
    case "webhook.disabled":
      return event.data.url;
    default:
      return event.type;
  }
}

export const sent = (message: Sent): Message => message;

// @ts-expect-error - null until the message is edited
export const editedAt = (message: Message): string => message.edited_at;
