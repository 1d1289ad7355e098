import { isClosed, type Message } from "@parley/client";
import { useChat, useConversation } from "@parley/react";
import { useEffect, useId, useReducer, useState } from "react";
import { useIsFrozenForMe, useMayI } from "../conversations/rights";
import { useWords } from "../preferences";
import { useFormats } from "../ui/times";
import { VotersDialog } from "./VotersDialog";
import "./polls.css";

/** So long a timer may wait; a poll that closes later is looked at again then. */
const LONGEST_TIMER = 86_400_000;
const NO_RESULTS = { counts: {} as Readonly<Record<string, number>>, voters: 0, closed_at: null, mine: [] as readonly string[] };

/** A poll with what the votes have come to: an option that is chosen is a vote, which can be taken back until it closes. */
export function PollView({ message }: { message: Message & { poll: NonNullable<Message["poll"]> } }) {
  const mayI = useMayI();
  const isFrozenForMe = useIsFrozenForMe();
  const words = useWords();
  const formats = useFormats();
  const chat = useChat();
  const conversation = useConversation(message.conversation_id);
  const frozen = isFrozenForMe(conversation);
  const [asking, setAsking] = useState(false);
  const name = useId();
  const { poll, id } = message;
  const { counts, voters, mine } = poll.results ?? NO_RESULTS;
  const closed = useClosed(poll);
  const single = poll.max_votes === 1;
  const vote = (options: readonly string[]) => void chat.polls.vote(id, options).catch(chat.failed);
  const toggle = (option: string) => vote(single ? [option] : mine.includes(option) ? mine.filter((each) => each !== option) : [...mine, option]);
  const mayClose = (message.author_id === chat.userId && !frozen) || mayI(conversation, "close_polls");
  const said = [
    words.votersCount(voters),
    poll.anonymous && words.anonymousPoll,
    !single && !closed && words.mostVotes(poll.max_votes),
    closed ? words.pollClosed : poll.closes_at && words.pollCloses(formats.moment(poll.closes_at)),
  ];
  return (
    <fieldset className="poll" data-closed={closed || undefined}>
      <legend dir="auto">{poll.question}</legend>
      {poll.options.map(({ id: option, text }) => {
        const count = counts[option] ?? 0;
        const share = voters ? count / voters : 0;
        const chosen = mine.includes(option);
        return (
          <label key={option} className="poll-option" data-mine={chosen || undefined}>
            <input
              type={single ? "radio" : "checkbox"}
              name={name}
              checked={chosen}
              disabled={closed || frozen || !mayI(conversation, "vote") || (!single && !chosen && mine.length >= poll.max_votes)}
              onChange={() => toggle(option)}
            />
            <span className="poll-text" dir="auto">
              {text}
            </span>
            <span className="poll-count">
              <span aria-hidden="true">{formats.count(count)}</span>
              <span className="hidden">{words.votesCount(count)}</span>
            </span>
            <span className="poll-bar" aria-hidden="true">
              <span style={{ inlineSize: `${share * 100}%` }} />
            </span>
          </label>
        );
      })}
      <p className="poll-foot">{said.filter(Boolean).join(" · ")}</p>
      <p className="poll-acts">
        {!closed && (single || frozen) && mine.length > 0 && (
          <button type="button" className="link" onClick={() => vote([])}>
            {words.takeVoteBack}
          </button>
        )}
        {!poll.anonymous && voters > 0 && (
          <button type="button" className="link" onClick={() => setAsking(true)}>
            {words.showVoters}
          </button>
        )}
        {!closed && mayClose && (
          <button type="button" className="link" onClick={() => void chat.polls.close(id).catch(chat.failed)}>
            {words.closePoll}
          </button>
        )}
      </p>
      {asking && <VotersDialog message={message} onDone={() => setAsking(false)} />}
    </fieldset>
  );
}

/** Whether nobody votes any more: it becomes so by itself at its time. */
function useClosed(poll: NonNullable<Message["poll"]>): boolean {
  const [, look] = useReducer((round: number) => round + 1, 0);
  const closed = isClosed(poll);
  useEffect(() => {
    if (closed || !poll.closes_at) return;
    const timer = setTimeout(look, Math.min(Math.max(0, Date.parse(poll.closes_at) - Date.now()) + 50, LONGEST_TIMER));
    return () => clearTimeout(timer);
  });
  return closed;
}
