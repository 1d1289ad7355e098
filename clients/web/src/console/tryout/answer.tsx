import { Badge, Panel } from "../parts/view.js";
import { useFormats, useWords } from "../words/words.js";
import type { Answered } from "./request.js";

/** The answer as it came. A browser shows a page only the headers that the API exposes. */
export function Answer({ answer: { status, reason, milliseconds, headers, text, type } }: { answer: Answered }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <Panel title={words.tryout.answer}>
      <p role="status">
        <Badge tone={status < 300 ? "good" : status < 400 ? "warn" : "bad"}>
          <span dir="ltr">
            {status} {reason}
          </span>
        </Badge>{" "}
        <span className="quiet">{words.common.milliseconds(formats.number(milliseconds))}</span>
      </p>
      <details>
        <summary>{words.tryout.headers(formats.number(headers.length))}</summary>
        <pre dir="ltr" tabIndex={0}>
          {headers.map(([name, value]) => `${name}: ${value}`).join("\n")}
        </pre>
      </details>
      {text === null ? <p className="quiet">{words.tryout.noText(type)}</p> : text && <Body text={text} />}
    </Panel>
  );
}

function Body({ text }: { text: string }) {
  const words = useWords();
  return (
    <pre className="answer-body" dir="ltr" tabIndex={0} aria-label={words.tryout.answerBody}>
      {text}
    </pre>
  );
}
