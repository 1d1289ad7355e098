import { briefOf } from "@parley/client";
import { useId, useEffect, useRef, useState } from "react";
import { useName, useTitle } from "../conversations/names";
import { useHeading } from "../messages/headings";
import type { Panel as PanelPlace, placeOf } from "../places";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";
import { piecesOf } from "./highlights";
import { Panel } from "./Panel";
import { useSearch, type Hit } from "./searching";

const OPERATORS = ["from:", "in:", "has:image", "has:file", "before:", "after:", "mentions:"];

/** The types that every tenant has. */
const TYPES = ["any", "regular", "system"] as const;
type Type = (typeof TYPES)[number];

interface Props {
  conversation?: string;
  onClose(): void;
  onJump(message: Parameters<typeof placeOf>[0], keep?: PanelPlace): void;
}

/** Searches the user's messages; a hit leads to the message in its place. */
export function SearchPanel({ conversation, onClose, onJump }: Props) {
  const words = useWords();
  const formats = useFormats();
  const { chat } = useSession();
  const [query, setQuery] = useState("");
  const [here, setHere] = useState(false);
  const [type, setType] = useState<Type>("any");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const { results, problem, more } = useSearch(query, { conversation: here ? conversation : undefined, type: type === "any" ? undefined : type });
  useEffect(() => field.current?.focus(), []);
  const write = (next: string) => {
    setQuery(next);
    field.current?.focus();
  };
  const { hits = [], total, suggestion, cursor } = results ?? {};
  const said = problem === "query" ? words.badQuery : !results ? "" : hits.length ? words.found(formats.count(total?.value ?? hits.length)) : words.nothingFound;
  return (
    <Panel title={words.search} className="search" focused={false} onClose={onClose}>
      <div className="search-head">
        <label htmlFor={id} className="hidden">
          {words.searchMessages}
        </label>
        <div className="search-field">
          <Icon name="search" />
          <input ref={field} id={id} type="search" dir="auto" placeholder={words.searchMessages} value={query} onChange={(event) => setQuery(event.target.value)} />
        </div>
        {conversation && (
          <div className="switch" role="group" aria-label={words.scope}>
            <button type="button" aria-pressed={!here} onClick={() => setHere(false)}>
              {words.everywhere}
            </button>
            <button type="button" aria-pressed={here} onClick={() => setHere(true)}>
              {words.here}
            </button>
          </div>
        )}
        <label className="picker">
          <span className="hidden">{words.messageTypes}</span>
          <select value={type} onChange={({ target }) => setType(target.value as Type)}>
            {TYPES.map((each) => (
              <option key={each} value={each}>
                {words.messageTypeNames[each]}
              </option>
            ))}
          </select>
        </label>
        <div className="operators" role="group" aria-label={words.operators}>
          {OPERATORS.map((each) => (
            <button key={each} type="button" dir="ltr" onClick={() => write(`${query.trimEnd()} ${each}`.trimStart())}>
              {each}
            </button>
          ))}
        </div>
        <p role="status" className="quiet">
          {said}
        </p>
        {suggestion && (
          <button type="button" className="link" onClick={() => write(suggestion)}>
            {words.didYouMean(suggestion)}
          </button>
        )}
      </div>
      <ul className="hits">
        {hits.map((each) => (
          <li key={each.message.id}>
            <Found hit={each} onOpen={() => onJump(each.message, { kind: "search" })} />
          </li>
        ))}
      </ul>
      {cursor && (
        <button type="button" className="button plain more-results" onClick={() => void more().catch(chat.failed)}>
          {words.moreResults}
        </button>
      )}
    </Panel>
  );
}

function Found({ hit, onOpen }: { hit: Hit; onOpen(): void }) {
  const formats = useFormats();
  const { message, conversation, highlights } = hit;
  const author = useName(message.author_id);
  const title = useTitle(conversation);
  const heading = useHeading();
  const [fragment] = highlights;
  return (
    <button type="button" className="hit" onClick={onOpen}>
      <Avatar id={message.author_id} name={author} size="small" />
      <b dir="auto">{author}</b>
      <time dateTime={message.created_at}>{formats.brief(message.created_at)}</time>
      <span className="hit-text" dir="auto">
        {fragment ? piecesOf(fragment).map(({ text, hit: found }, at) => (found ? <mark key={at}>{text}</mark> : text)) : heading(briefOf(message))}
      </span>
      <span className="hit-place" dir="auto">
        {title}
      </span>
    </button>
  );
}
