import { useState } from "react";
import { Field } from "../parts/field.js";
import { Empty, Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { Panel, View } from "../parts/view.js";
import { Link } from "../routing.js";
import { useWords } from "../words/words.js";
import { loadContract, type Contract, type Operation } from "./document.js";
import { TryOperation } from "./operation.js";
import "./tryout.css";

/** Every route that a server token may call, with a form for each. */
export function TryOut({ path: [id] }: { path: readonly string[] }) {
  const words = useWords();
  const contract = useResource(loadContract, []);
  if (contract.state !== "ready") return <View title={words.places.tryout}>{<Shown of={contract}>{() => null}</Shown>}</View>;
  const operation = contract.value.operations.find((each) => each.id === id);
  if (operation) return <TryOperation operation={operation} contract={contract.value} />;
  return <Routes contract={contract.value} />;
}

function Routes({ contract }: { contract: Contract }) {
  const words = useWords();
  const [sought, setSought] = useState("");
  const wanted = sought.toLowerCase();
  const found = contract.operations.filter(({ method, path, summary }) => `${method} ${path} ${summary}`.toLowerCase().includes(wanted));
  const tags = [...new Set(found.map(({ tag }) => tag))];
  return (
    <View title={words.places.tryout} about={words.tryout.about}>
      <div className="filters find-route">
        <Field label={words.tryout.find} value={sought} onChange={setSought} type="search" />
      </div>
      {tags.length === 0 && <Empty>{words.tryout.none}</Empty>}
      {tags.map((tag) => (
        <Panel key={tag} title={tag}>
          <ul className="routes" dir="ltr" lang="en">
            {found
              .filter((each) => each.tag === tag)
              .map((each) => (
                <Route key={each.id} operation={each} />
              ))}
          </ul>
        </Panel>
      ))}
    </View>
  );
}

function Route({ operation: { id, method, path, summary } }: { operation: Operation }) {
  return (
    <li>
      <Link to={["tryout", id]}>
        <Method of={method} /> <code>{path}</code>
        <span className="quiet">{summary}</span>
      </Link>
    </li>
  );
}

export function Method({ of }: { of: string }) {
  return <span className={`method ${of.toLowerCase()}`}>{of}</span>;
}
