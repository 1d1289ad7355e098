import { Refused, Unreachable } from "@parley/client";
import { useWords } from "../words/words.js";
import { violationsOf } from "./violations.js";

/** A refusal with its title, detail and code; `fields` are the pointers that say it themselves. */
export function Problem({ failure, fields = [], onRetry }: { failure: unknown; fields?: readonly string[]; onRetry?: () => void }) {
  const words = useWords();
  if (failure === undefined || failure === null) return null;
  const refused = failure instanceof Refused ? failure : undefined;
  const title = refused ? (refused.problem.title ?? refused.message) : failure instanceof Unreachable ? words.failures.unreachable : words.failures.unknown;
  const detail = refused ? refused.problem.detail : failure instanceof Error ? failure.message : String(failure);
  const unsaid = violationsOf(failure).filter(({ pointer }) => !fields.some((field) => pointer === field || pointer.startsWith(`${field}/`)));
  return (
    <div className="problem" role="alert">
      <p className="problem-title">{title}</p>
      {detail && detail !== title && <p dir="auto">{detail}</p>}
      {unsaid.length > 0 && (
        <ul>
          {unsaid.map(({ pointer, detail: said }) => (
            <li key={pointer + said} dir="auto">
              <code dir="ltr">{pointer}</code> {said}
            </li>
          ))}
        </ul>
      )}
      {refused && (
        <p className="quiet">
          <code dir="ltr">
            {refused.status} {refused.code}
          </code>
        </p>
      )}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {words.common.retry}
        </button>
      )}
    </div>
  );
}
