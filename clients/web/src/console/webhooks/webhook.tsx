import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Overlap, type Seconds } from "../parts/overlap.js";
import { useResource } from "../parts/resource.js";
import { SecretShown } from "../parts/secret.js";
import { Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { Deliveries } from "./deliveries.js";
import { EditWebhook } from "./edit_webhook.js";
import { Enabled, type WebhookOf } from "./webhooks.js";

/** One webhook, what can be done with it, and what was sent to it. */
export function Webhook({ id }: { id: string }) {
  const words = useWords();
  const { api } = useSession();
  const webhook = useResource((signal) => api.get("/v1/webhooks/{webhook_id}", { path: { webhook_id: id }, signal }), [id]);
  const title = webhook.state === "ready" ? (webhook.value.description ?? new URL(webhook.value.url).host) : words.webhooks.one;
  return (
    <View title={title} back={<Link to={["webhooks"]}>{words.places.webhooks}</Link>}>
      <Shown of={webhook}>
        {(value) => (
          <>
            <About webhook={value} onChanged={webhook.reload} />
            <Deliveries webhook={value} />
          </>
        )}
      </Shown>
    </View>
  );
}

type Asked = "edit" | "enable" | "disable" | "rotate" | "delete";

function About({ webhook, onChanged }: { webhook: WebhookOf; onChanged: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [overlap, setOverlap] = useState<Seconds>("86400");
  const [secret, setSecret] = useState<string | null>(null);
  const path = { webhook_id: webhook.id };
  const close = () => setAsked(null);
  const saved = () => {
    say(words.common.saved);
    onChanged();
  };
  const enable = (enabled: boolean) => async () => {
    await api.put("/v1/webhooks/{webhook_id}", { path, body: { enabled }, ifMatch: webhook.version });
    saved();
  };
  const rotate = async () => {
    const made = await api.post("/v1/webhooks/{webhook_id}/rotate-secret", { path, body: { overlap_seconds: Number(overlap) } });
    setSecret(made.secret);
    onChanged();
  };
  const remove = async () => {
    await api.delete("/v1/webhooks/{webhook_id}", { path, ifMatch: webhook.version });
    say(words.webhooks.deleted);
    go(["webhooks"]);
  };
  const buttons = (["edit", webhook.enabled ? "disable" : "enable", "rotate", "delete"] as const).map((each) => (
    <button key={each} type="button" className={each === "delete" ? "danger small" : "small"} onClick={() => setAsked(each)}>
      {words.webhooks.acts[each]}
    </button>
  ));
  const doing = { enable: enable(true), disable: enable(false), rotate, delete: remove };
  return (
    <Panel title={words.webhooks.facts} acts={buttons}>
      <Facts
        of={[
          [words.webhooks.url, <Code>{webhook.url}</Code>],
          [words.users.id, <Code>{webhook.id}</Code>],
          [words.webhooks.state, <State webhook={webhook} />],
          [words.webhooks.events, webhook.events.length > 0 ? <Code>{webhook.events.join(", ")}</Code> : words.webhooks.all],
          [words.common.updated, <Moment at={webhook.updated_at} />],
        ]}
      />
      {asked === "edit" && <EditWebhook webhook={webhook} onSaved={saved} onClose={close} />}
      {asked && asked !== "edit" && (
        <Confirm
          title={words.webhooks.asks[asked]}
          act={words.webhooks.acts[asked]}
          danger={asked === "delete" || asked === "disable"}
          onConfirm={doing[asked]}
          onClose={close}
        >
          <p>{words.webhooks.asksAbout[asked]}</p>
          {asked === "rotate" && <Overlap value={overlap} onChange={setOverlap} />}
        </Confirm>
      )}
      {secret && <SecretShown title={words.webhooks.secret} about={words.webhooks.secretAbout} secret={secret} onClose={() => setSecret(null)} />}
    </Panel>
  );
}

function State({ webhook }: { webhook: WebhookOf }) {
  const words = useWords();
  const { enabled, disabled_at, disabled_by, disabled_reason } = webhook;
  return (
    <>
      <Enabled enabled={enabled} />{" "}
      {!enabled && (
        <>
          {disabled_by && words.webhooks.disabledBy[disabled_by]} <Moment at={disabled_at} /> {disabled_reason && <bdi>{disabled_reason}</bdi>}
        </>
      )}
    </>
  );
}
