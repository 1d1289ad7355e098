import type { components } from "@parley/client";
import { useState } from "react";
import { Paged, usePage } from "../parts/lists.js";
import { Badge, Moment, Panel, View } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { Decide } from "./decide.js";

export type Report = components["schemas"]["OpenFlag"];

/** What users and the tenant's own rules have reported and nobody has decided, oldest first. */
export function Review() {
  const words = useWords();
  const { api } = useSession();
  const reports = usePage((cursor, signal) => api.get("/v1/moderation/flags", { query: { cursor }, signal }), []);
  const [deciding, setDeciding] = useState<Report | null>(null);
  return (
    <View title={words.places.review} about={words.review.about}>
      <Panel title={words.review.queue}>
        <Paged of={reports} empty={words.review.none}>
          {(rows) => (
            <ol className="reports">
              {rows.map((report) => (
                <Reported key={report.id} report={report} onDecide={() => setDeciding(report)} />
              ))}
            </ol>
          )}
        </Paged>
      </Panel>
      {deciding && <Decide report={deciding} onDecided={reports.reload} onClose={() => setDeciding(null)} />}
    </View>
  );
}

function Reported({ report, onDecide }: { report: Report; onDecide: () => void }) {
  const words = useWords();
  const { author_id, reported_by, source, reason, created_at, message, edited_since, conversation_id, message_id } = report;
  const witness = source === "user" ? reported_by : author_id;
  return (
    <li className="report">
      <p className="message-head">
        <Link to={["users", author_id]}>
          <bdi>{author_id}</bdi>
        </Link>
        {message && (
          <span className="quiet">
            <Moment at={message.created_at} />
          </span>
        )}
        {message && edited_since && <Badge tone="warn">{words.review.editedSince}</Badge>}
      </p>
      <Quoted message={message} />
      <p>
        <Badge tone="warn">{words.review.sources[source]}</Badge>{" "}
        {source === "user" && (
          <Link to={["users", reported_by]}>
            <bdi>{reported_by}</bdi>
          </Link>
        )}{" "}
        {reason && <q dir="auto">{reason}</q>}{" "}
        <span className="quiet">
          <Moment at={created_at} />
        </span>
      </p>
      <div className="acts">
        <button type="button" className="primary small" aria-label={words.review.decideOf(author_id)} onClick={onDecide}>
          {words.review.decide}
        </button>
        <Link to={["conversations", conversation_id]} query={{ as: witness, around: message_id }} className="button small">
          {words.review.context}
        </Link>
      </div>
    </li>
  );
}

export function Quoted({ message }: { message: Report["message"] }) {
  const words = useWords();
  if (!message) return <p className="quiet">{words.review.gone}</p>;
  if (message.deleted_at) return <p className="quiet">{words.conversations.tombstone}</p>;
  return <blockquote dir="auto">{message.text || words.review.noText}</blockquote>;
}
