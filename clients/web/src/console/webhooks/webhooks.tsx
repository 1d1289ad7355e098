import type { components } from "@parley/client";
import { useState } from "react";
import { Empty, Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { SecretShown } from "../parts/secret.js";
import { Table } from "../parts/table.js";
import { Badge, Moment, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { EditWebhook } from "./edit_webhook.js";
import { Webhook } from "./webhook.js";

export type WebhookOf = components["schemas"]["Webhook"];

export function Webhooks({ path: [id] }: { path: readonly string[] }) {
  return id === undefined ? <WebhookList /> : <Webhook id={id} />;
}

/** The tenant's servers that are told what happens. */
function WebhookList() {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const webhooks = useResource((signal) => api.get("/v1/webhooks", { signal }), []);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<components["schemas"]["NewWebhook"] | null>(null);
  const create = (
    <button type="button" className="primary" onClick={() => setMaking(true)}>
      {words.webhooks.create}
    </button>
  );
  return (
    <View title={words.places.webhooks} about={words.webhooks.about} acts={create}>
      <Panel title={words.webhooks.list}>
        <Shown of={webhooks}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty>{words.webhooks.none}</Empty>
            ) : (
              <div className="rows">
                <Table
                  caption={words.webhooks.list}
                  rows={data}
                  keyOf={({ id }) => id}
                  columns={[
                    {
                      name: words.webhooks.url,
                      cell: ({ id, url }) => (
                        <Link to={["webhooks", id]} dir="ltr">
                          {url}
                        </Link>
                      ),
                    },
                    { name: words.webhooks.description, cell: ({ description }) => (description ? <bdi>{description}</bdi> : "–") },
                    { name: words.webhooks.events, cell: ({ events }) => (events.length > 0 ? formats.number(events.length) : words.webhooks.all) },
                    { name: words.webhooks.state, cell: ({ enabled }) => <Enabled enabled={enabled} /> },
                    { name: words.common.created, cell: ({ created_at }) => <Moment at={created_at} /> },
                  ]}
                />
              </div>
            )
          }
        </Shown>
      </Panel>
      {making && <EditWebhook onMade={setMade} onClose={() => setMaking(false)} />}
      {made && <SecretShown title={words.webhooks.secret} about={words.webhooks.secretAbout} secret={made.secret} onClose={() => go(["webhooks", made.id])} />}
    </View>
  );
}

export function Enabled({ enabled }: { enabled: boolean }) {
  const words = useWords();
  return enabled ? <Badge tone="good">{words.webhooks.enabled}</Badge> : <Badge tone="bad">{words.webhooks.disabled}</Badge>;
}
