import type { components } from "@parley/client";
import { useEffect } from "react";
import { Paged, usePage } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Problem } from "../parts/problem.js";
import { useAct } from "../parts/resource.js";
import { Badge, Code, Moment, Panel } from "../parts/view.js";
import { Table } from "../parts/table.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import type { WebhookOf } from "./webhooks.js";

type Delivery = components["schemas"]["Delivery"];

const TONES = { pending: "warn", delivered: "good", failed: "bad", discarded: "plain" } as const;
/** While something is on its way the log is read again. */
const LOOK_AGAIN_MILLISECONDS = 3000;

/** The log of the last week, newest event first. */
export function Deliveries({ webhook }: { webhook: WebhookOf }) {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const say = useNotice();
  const replaying = useAct();
  const path = { webhook_id: webhook.id };
  const log = usePage((cursor, signal) => api.get("/v1/webhooks/{webhook_id}/deliveries", { path, query: { cursor }, signal }), [webhook.id]);
  const { reload } = log;
  const rows = log.state === "ready" ? log.value.data : undefined;
  useEffect(() => {
    if (!rows?.some(({ status }) => status === "pending")) return;
    const timer = setTimeout(reload, LOOK_AGAIN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [rows, reload]);
  const replay = (delivery: Delivery) =>
    replaying.run(async () => {
      await api.post("/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", { path: { ...path, delivery_id: delivery.id } });
      say(words.webhooks.replayed);
      reload();
    });
  const refresh = (
    <button type="button" className="small" onClick={reload}>
      {words.common.refresh}
    </button>
  );
  return (
    <Panel title={words.webhooks.log} acts={refresh}>
      <Problem failure={replaying.failure} />
      <Paged of={log} empty={words.webhooks.noDeliveries}>
        {(deliveries) => (
          <div className="rows">
            <Table
              caption={words.webhooks.log}
              rows={deliveries}
              keyOf={({ id }) => id}
              columns={[
                { name: words.webhooks.event, cell: ({ event_type }) => <Code whole>{event_type}</Code> },
                { name: words.webhooks.state, cell: ({ status }) => <Badge tone={TONES[status]}>{words.webhooks.statuses[status]}</Badge> },
                { name: words.webhooks.answer, cell: (delivery) => <Answered {...delivery} /> },
                { name: words.webhooks.attempts, cell: ({ attempts }) => formats.number(attempts), kind: "number" },
                { name: words.webhooks.attempted, cell: ({ attempted_at }) => <Moment at={attempted_at} /> },
                {
                  name: words.common.acts,
                  kind: "acts",
                  cell: (delivery) => (
                    <button
                      type="button"
                      className="small"
                      disabled={replaying.busy || !webhook.enabled}
                      aria-label={words.webhooks.replayOf(delivery.event_type)}
                      onClick={() => void replay(delivery)}
                    >
                      {words.webhooks.replay}
                    </button>
                  ),
                },
              ]}
            />
          </div>
        )}
      </Paged>
    </Panel>
  );
}

function Answered({ response_status, response, failure, duration_ms }: Delivery) {
  const formats = useFormats();
  const words = useWords();
  return (
    <span>
      {response_status !== null && <Code>{response_status}</Code>} {failure && <bdi>{failure}</bdi>} {response && <bdi className="quiet">{response.slice(0, 80)}</bdi>}{" "}
      {duration_ms !== null && <span className="quiet">{words.common.milliseconds(formats.number(duration_ms))}</span>}
    </span>
  );
}
