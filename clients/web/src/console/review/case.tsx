import { useState } from "react";
import { Shown } from "../parts/lists.js";
import { Problem } from "../parts/problem.js";
import { useAct, useResource } from "../parts/resource.js";
import { Badge, Moment } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { Case } from "./review.js";

interface Of {
  of: Case;
  /** As whom the person moderates; nobody yet, and they only look. */
  moderator: string;
  onDecide: () => void;
  onChanged: () => void;
}

/** A reported message: who has it, what it says, and what can be done. */
export function Reported({ of, moderator, onDecide, onChanged }: Of) {
  const words = useWords();
  const { author_id, message, priority, sources, reporters, opened_at, status, claim } = of;
  const [open, setOpen] = useState(false);
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
        {priority !== "normal" && <Badge tone={priority === "urgent" ? "bad" : "warn"}>{words.review.priorities[priority]}</Badge>}
        {status === "deciding" && <Badge tone="warn">{words.review.unfinished}</Badge>}
        {claim && (
          <Badge tone={claim.moderator_id === moderator ? "good" : "plain"}>
            {words.review.claimed(claim.moderator_id)} {words.review.until} <Moment at={claim.expires_at} />
          </Badge>
        )}
      </p>
      <Quoted message={message} />
      <p>
        {sources.map((each) => (
          <Badge key={each} tone="warn">
            {words.review.sources[each]}
          </Badge>
        ))}{" "}
        {reporters > 0 && <span>{words.review.reporters(reporters)}</span>}{" "}
        <span className="quiet">
          <Moment at={opened_at} />
        </span>
      </p>
      <Acts of={of} moderator={moderator} onDecide={onDecide} onChanged={onChanged} open={open} onOpen={() => setOpen(!open)} />
      {open && <Reports id={of.message_id} />}
    </li>
  );
}

function Acts({ of, moderator, onDecide, onChanged, open, onOpen }: Of & { open: boolean; onOpen: () => void }) {
  const words = useWords();
  const session = useSession();
  const doing = useAct();
  const { author_id, claim, conversation_id, message_id } = of;
  const path = { message_id };
  const change = async (act: () => Promise<unknown>) => {
    if (await doing.run(act)) onChanged();
  };
  const take = (take_over: boolean) => change(() => session.as(moderator).post("/v1/moderation/cases/{message_id}/claim", { path, body: { take_over } }));
  const release = () => change(() => session.as(moderator).delete("/v1/moderation/cases/{message_id}/claim", { path }));
  const mine = claim?.moderator_id === moderator;
  return (
    <>
      <div className="acts">
        <button type="button" className="primary small" disabled={!moderator || (claim !== null && !mine)} aria-label={words.review.decideOf(author_id)} onClick={onDecide}>
          {words.review.decide}
        </button>
        {!claim && (
          <button type="button" className="small" disabled={!moderator || doing.busy} aria-label={words.review.claimIt(author_id)} onClick={() => void take(false)}>
            {words.review.claim}
          </button>
        )}
        {claim && mine && (
          <button type="button" className="small" disabled={doing.busy} aria-label={words.review.releaseIt(author_id)} onClick={() => void release()}>
            {words.review.release}
          </button>
        )}
        {claim && !mine && (
          <button type="button" className="small" disabled={!moderator || doing.busy} aria-label={words.review.takeOverIt(author_id)} onClick={() => void take(true)}>
            {words.review.takeOver}
          </button>
        )}
        <button type="button" className="small" aria-expanded={open} aria-label={words.review.showReports(author_id)} onClick={onOpen}>
          {words.review.reports}
        </button>
        <Link to={["conversations", conversation_id]} query={{ as: author_id, around: message_id }} className="button small">
          {words.review.context}
        </Link>
      </div>
      <Problem failure={doing.failure} />
    </>
  );
}

function Reports({ id }: { id: string }) {
  const words = useWords();
  const { api } = useSession();
  const details = useResource((signal) => api.get("/v1/moderation/cases/{message_id}", { path: { message_id: id }, signal }), [id]);
  return (
    <Shown of={details}>
      {({ reports }) => (
        <ul>
          {reports.map((each) => (
            <li key={each.id}>
              {each.source === "user" ? (
                <Link to={["users", each.reported_by]}>
                  <bdi>{each.reported_by}</bdi>
                </Link>
              ) : (
                words.review.sources[each.source]
              )}{" "}
              {each.reason && <q dir="auto">{each.reason}</q>}{" "}
              <span className="quiet">
                <Moment at={each.created_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Shown>
  );
}

export function Quoted({ message }: { message: Case["message"] }) {
  const words = useWords();
  if (!message) return <p className="quiet">{words.review.gone}</p>;
  if (message.deleted_at) return <p className="quiet">{words.conversations.tombstone}</p>;
  return <blockquote dir="auto">{message.text || words.review.noText}</blockquote>;
}
