import { mayAppeal, type OwnDecision } from "@parley/client";
import { useConversation, useDecisions } from "@parley/react";
import { useState } from "react";
import { useTitle } from "../conversations/names";
import { Panel } from "../panels/Panel";
import { useWords } from "../preferences";
import { useFormats } from "../ui/times";
import { AppealDialog } from "./AppealDialog";
import "./decisions.css";

/** What moderators have decided about messages of the user's; those that dismissed reports changed nothing. */
export function DecisionsPanel({ onClose }: { onClose(): void }) {
  const words = useWords();
  const decisions = useDecisions()?.filter((each) => each.actions.length > 0);
  return (
    <Panel title={words.decisions} onClose={onClose}>
      {!decisions && <p className="quiet empty">{words.loading}</p>}
      {decisions?.length === 0 && <p className="quiet empty">{words.noDecisions}</p>}
      <ul className="decisions" aria-label={words.decisions}>
        {decisions?.map((each) => (
          <Decided key={each.id} decision={each} />
        ))}
      </ul>
    </Panel>
  );
}

function Decided({ decision }: { decision: OwnDecision }) {
  const words = useWords();
  const formats = useFormats();
  const title = useTitle(useConversation(decision.conversation_id));
  const [appealing, setAppealing] = useState(false);
  const { actions, appeal, banned_until, decided_at, not_done, reason, text } = decision;
  const done = actions.filter((each) => !not_done.includes(each));
  return (
    <li>
      {done.map((each) => (
        <b key={each}>{words.decided[each]}</b>
      ))}
      {text && <blockquote dir="auto">{text}</blockquote>}
      <span className="quiet">
        <bdi>{title}</bdi> · <time dateTime={decided_at}>{formats.moment(decided_at)}</time>
      </span>
      {reason && <p dir="auto">{words.decisionReason(reason)}</p>}
      {banned_until && <p>{words.bannedUntil(formats.moment(banned_until))}</p>}
      {appeal && <Appealed appeal={appeal} />}
      {mayAppeal(decision) && (
        <button type="button" className="button plain" onClick={() => setAppealing(true)}>
          {words.appeal}
        </button>
      )}
      {appealing && <AppealDialog decision={decision.id} onDone={() => setAppealing(false)} />}
    </li>
  );
}

function Appealed({ appeal }: { appeal: NonNullable<OwnDecision["appeal"]> }) {
  const words = useWords();
  const formats = useFormats();
  const { answer, filed_at, outcome, text } = appeal;
  return (
    <div className="appeal">
      <p dir="auto">{text}</p>
      <p className="quiet">{outcome ? words.appealOutcomes[outcome] : words.appealWaits(formats.moment(filed_at))}</p>
      {answer && <p dir="auto">{answer}</p>}
    </div>
  );
}
