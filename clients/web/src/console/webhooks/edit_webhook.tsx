import type { components } from "@parley/client";
import { useState } from "react";
import { Ask } from "../parts/dialog.js";
import { Check, Field } from "../parts/field.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { WebhookOf } from "./webhooks.js";

type EventType = WebhookOf["events"][number];

/** Each is here once: one that the contract has and this list has not does not compile. */
const EVENTS: Record<EventType, true> = {
  "message.created": true,
  "message.updated": true,
  "message.deleted": true,
  "message.shadowed": true,
  "reaction.added": true,
  "reaction.removed": true,
  "poll.updated": true,
  "poll.voted": true,
  "conversation.created": true,
  "conversation.updated": true,
  "conversation.archived": true,
  "conversation.truncated": true,
  "member.added": true,
  "member.removed": true,
  "member.updated": true,
  "read.updated": true,
  "delivered.updated": true,
  "thread.updated": true,
  "draft.updated": true,
  "draft.deleted": true,
  "mute.updated": true,
  "mute.deleted": true,
  "bookmark.updated": true,
  "bookmark.deleted": true,
  "bookmark.due": true,
  "invite.created": true,
  "invite.removed": true,
  "join_request.created": true,
  "join_request.removed": true,
  "scheduled_message.updated": true,
  "scheduled_message.deleted": true,
  "scheduled_message.sent": true,
  "scheduled_message.failed": true,
  "typing.started": true,
  "typing.stopped": true,
  "custom_event.sent": true,
  "ephemeral_message.sent": true,
  "presence.changed": true,
  "media.ready": true,
  "media.rejected": true,
  "search.matched": true,
  "case.opened": true,
  "case.claimed": true,
  "case.decided": true,
  "moderation.decided": true,
  "appeal.filed": true,
  "appeal.decided": true,
  "user.updated": true,
  "user.deleted": true,
  "user.deactivated": true,
  "user.reactivated": true,
  "webhook.disabled": true,
};

interface Edited {
  /** The webhook to change; without one, one is made. */
  webhook?: WebhookOf;
  onMade?: (made: components["schemas"]["NewWebhook"]) => void;
  onSaved?: () => void;
  onClose: () => void;
}

export function EditWebhook({ webhook, onMade, onSaved, onClose }: Edited) {
  const words = useWords();
  const { api } = useSession();
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [description, setDescription] = useState(webhook?.description ?? "");
  const [events, setEvents] = useState<readonly EventType[]>(webhook?.events ?? []);
  const save = async () => {
    const body = { url, events: [...events], description: description || null };
    if (webhook) {
      await api.put("/v1/webhooks/{webhook_id}", { path: { webhook_id: webhook.id }, body, ifMatch: webhook.version });
      onSaved?.();
    } else onMade?.(await api.post("/v1/webhooks", { body }));
  };
  const choose = (type: EventType, chosen: boolean) => setEvents(chosen ? [...events, type] : events.filter((each) => each !== type));
  return (
    <Ask title={webhook ? words.webhooks.edit : words.webhooks.create} act={webhook ? words.common.save : words.webhooks.create} fields={["/url", "/description"]} onAct={save} onClose={onClose}>
      {(wrong) => (
        <>
          <Field label={words.webhooks.url} value={url} onChange={setUrl} type="url" required maxLength={512} code hint={words.webhooks.urlHint} error={wrong("/url")} />
          <Field label={words.webhooks.description} value={description} onChange={setDescription} maxLength={200} error={wrong("/description")} />
          <fieldset>
            <legend>{words.webhooks.events}</legend>
            <p className="hint">{words.webhooks.eventsHint}</p>
            <div className="checks" dir="ltr">
              {(Object.keys(EVENTS) as EventType[]).map((type) => (
                <Check key={type} label={<code>{type}</code>} checked={events.includes(type)} onChange={(chosen) => choose(type, chosen)} />
              ))}
            </div>
          </fieldset>
        </>
      )}
    </Ask>
  );
}
