import { useState, type FormEvent } from "react";
import { Confirm } from "../parts/dialog.js";
import { TextArea } from "../parts/field.js";
import { Problem } from "../parts/problem.js";
import { useAct } from "../parts/resource.js";
import { Copy } from "../parts/secret.js";
import { Code, Panel, View } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { Answer } from "./answer.js";
import type { Contract, Operation } from "./document.js";
import { BodyFields, ParameterField } from "./fields.js";
import { curlOf, requestOf, send, type Answered } from "./request.js";
import { Method } from "./tryout.js";

/** A form for one route, its request as a line for a shell, and the answer. */
export function TryOperation({ operation, contract }: { operation: Operation; contract: Contract }) {
  const words = useWords();
  const session = useSession();
  const { parameters, body } = operation;
  const [values, setValues] = useState<Record<string, string>>({});
  const [text, setText] = useState(body?.example === undefined ? "" : JSON.stringify(body.example, null, 2));
  const [answer, setAnswer] = useState<Answered | null>(null);
  const [asked, setAsked] = useState(false);
  const sending = useAct();
  const ready: Record<string, string> = { tenant_id: session.tenant, ...values };
  const request = requestOf(session.url, operation, { values: ready, body: text });
  const run = async () => setAnswer(await send(request, await session.token()));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (operation.method === "DELETE") setAsked(true);
    else void sending.run(run);
  };
  return (
    <View title={operation.summary} back={<Link to={["tryout"]}>{words.places.tryout}</Link>} about={<Prose text={operation.description} />}>
      <p className="route-line" dir="ltr">
        <Method of={operation.method} /> <Code>{operation.path}</Code>
      </p>
      <div className="columns">
        <form className="panel" onSubmit={submit}>
          <h2>{words.tryout.request}</h2>
          {parameters.map((each) => (
            <ParameterField
              key={each.name}
              parameter={each}
              contract={contract}
              value={ready[each.name] ?? ""}
              onChange={(value) => setValues({ ...values, [each.name]: value })}
            />
          ))}
          {body && (
            <>
              <TextArea label={words.tryout.body} value={text} onChange={setText} rows={Math.min(18, text.split("\n").length + 2)} code />
              <BodyFields schema={body.schema} contract={contract} />
            </>
          )}
          <div className="form-end">
            <button type="submit" className={operation.method === "DELETE" ? "danger" : "primary"} disabled={sending.busy}>
              {words.tryout.send}
            </button>
          </div>
          <Problem failure={sending.failure} />
        </form>
        <div>
          <Panel title={words.tryout.curl} acts={<Copy text={curlOf(request)} />}>
            <pre dir="ltr" tabIndex={0} aria-label={words.tryout.curl}>
              {curlOf(request)}
            </pre>
            <p className="hint">{words.tryout.curlAbout}</p>
          </Panel>
          {answer && <Answer answer={answer} />}
        </div>
      </div>
      {asked && (
        <Confirm title={operation.summary} act={words.tryout.send} onConfirm={run} onClose={() => setAsked(false)}>
          <p>{words.tryout.destructive}</p>
          <Code>
            {request.method} {request.url}
          </Code>
        </Confirm>
      )}
    </View>
  );
}

/** The contract's words are English, with code between backticks. */
function Prose({ text }: { text: string }) {
  return (
    <span lang="en" dir="ltr">
      {text.split(/`([^`]+)`/).map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}
    </span>
  );
}
