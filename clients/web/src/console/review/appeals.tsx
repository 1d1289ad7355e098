import type { components } from "@parley/client";
import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { TextArea } from "../parts/field.js";
import { Empty, Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { useResource } from "../parts/resource.js";
import { Badge, Moment, Panel } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

type Appeal = components["schemas"]["AppealedDecision"];
type Outcome = NonNullable<Appeal["appeal"]["outcome"]>;

/** What users say against decisions, the oldest first: as many as a page has. */
export function Appeals({ moderator }: { moderator: string }) {
  const words = useWords();
  const { api } = useSession();
  const appeals = useResource((signal) => api.get("/v1/moderation/appeals", { query: { limit: 50 }, signal }), []);
  const [answering, setAnswering] = useState<Appeal | null>(null);
  return (
    <Panel title={words.review.appeals}>
      <Shown of={appeals}>
        {({ data }) =>
          data.length ? (
            <ol className="reports">
              {data.map((each) => (
                <li key={each.id} className="report">
                  <p className="message-head">
                    <Link to={["users", each.user_id]}>
                      <bdi>{each.user_id}</bdi>
                    </Link>
                    <span className="quiet">
                      <Moment at={each.appeal.filed_at} />
                    </span>
                  </p>
                  <Against of={each} />
                  <div className="acts">
                    <button type="button" className="primary small" disabled={!moderator} aria-label={words.review.appealOf(each.user_id)} onClick={() => setAnswering(each)}>
                      {words.review.answerIt}
                    </button>
                  </div>
                </li>
              ))}
            </ol>
          ) : (
            <Empty>{words.review.noAppeals}</Empty>
          )
        }
      </Shown>
      {answering && <AnswerIt of={answering} moderator={moderator} onAnswered={appeals.reload} onClose={() => setAnswering(null)} />}
    </Panel>
  );
}

/** What was decided and of what, and what the user says. */
function Against({ of }: { of: Appeal }) {
  const words = useWords();
  return (
    <>
      <p>
        {of.actions.map((each) => (
          <Badge key={each} tone="warn">
            {words.review.actionNames[each]}
          </Badge>
        ))}{" "}
        {of.reason && <q dir="auto">{of.reason}</q>}
      </p>
      {of.text && <blockquote dir="auto">{of.text}</blockquote>}
      <p>
        <span className="quiet">{words.review.says}</span> <q dir="auto">{of.appeal.text}</q>
      </p>
    </>
  );
}

function AnswerIt({ of, moderator, onAnswered, onClose }: { of: Appeal; moderator: string; onAnswered: () => void; onClose: () => void }) {
  const words = useWords();
  const session = useSession();
  const say = useNotice();
  const [outcome, setOutcome] = useState<Outcome>("upheld");
  const [answer, setAnswer] = useState("");
  const send = async () => {
    const path = { user_id: of.user_id, decision_id: of.id };
    await session.as(moderator).post("/v1/moderation/appeals/{user_id}/{decision_id}/answer", { path, body: { outcome, answer: answer.trim() || null } });
    say(words.review.answered[outcome]);
    onAnswered();
  };
  return (
    <Confirm title={words.review.appealOf(of.user_id)} act={words.review.answers[outcome]} danger={false} onConfirm={send} onClose={onClose}>
      <Against of={of} />
      <fieldset className="stack">
        <legend>{words.review.outcome}</legend>
        {(["upheld", "overturned"] as const).map((each) => (
          <label key={each} className="check">
            <input type="radio" name="outcome" checked={outcome === each} onChange={() => setOutcome(each)} />
            <span>{words.review.outcomes[each]}</span>
          </label>
        ))}
      </fieldset>
      <TextArea label={words.review.answer} hint={words.review.answerHint} value={answer} onChange={setAnswer} rows={2} maxLength={500} />
    </Confirm>
  );
}
