import type { components } from "@parley/client";
import { useState, type FormEvent } from "react";
import { Choose, Field } from "../parts/field.js";
import { Paged, usePage } from "../parts/lists.js";
import { Table } from "../parts/table.js";
import { Code, Moment, Panel, View } from "../parts/view.js";
import { go, Link, useRoute } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

type Line = components["schemas"]["AuditLine"];
type Actor = Line["actor"];
type Target = Line["target"];

const ACTORS: readonly Actor[] = ["server", "user", "operator"];
const TARGETS: readonly Target[] = ["tenant", "key", "issuer", "webhook", "command", "block_list", "pre_send", "flag", "user", "user_group", "conversation_type", "message", "export", "import"];
/** Where the console shows what was acted on. */
const SHOWN_AT: Partial<Record<Target, string>> = { webhook: "webhooks", command: "commands", user_group: "groups" };

/** Who did what, the newest first. */
export function Audit() {
  const words = useWords();
  const { api } = useSession();
  const { query } = useRoute();
  const actor = ACTORS.find((each) => each === query.get("actor")) ?? null;
  const target = TARGETS.find((each) => each === query.get("target")) ?? null;
  const target_id = query.get("id");
  const lines = usePage((cursor, signal) => api.get("/v1/audit", { query: { actor, target, target_id, cursor }, signal }), [actor, target, target_id]);
  return (
    <View title={words.places.audit} about={words.audit.about}>
      <Panel title={words.audit.list}>
        <Find actor={actor ?? ""} target={target ?? ""} id={target_id ?? ""} />
        <Paged of={lines} empty={words.audit.none}>
          {(rows) => (
            <div className="rows">
              <Table
                caption={words.audit.list}
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: words.audit.when, cell: ({ acted_at }) => <Moment at={acted_at} /> },
                  { name: words.audit.act, cell: ({ action }) => <Code whole>{action}</Code> },
                  { name: words.audit.by, cell: (line) => <By {...line} /> },
                  { name: words.audit.on, cell: (line) => <On {...line} /> },
                  { name: words.audit.details, cell: ({ details }) => <Details of={details} /> },
                  { name: words.audit.from, cell: ({ address }) => (address ? <Code whole>{address}</Code> : <span className="quiet">–</span>) },
                ]}
              />
            </div>
          )}
        </Paged>
      </Panel>
    </View>
  );
}

function Find({ actor, target, id }: { actor: Actor | ""; target: Target | ""; id: string }) {
  const words = useWords();
  const [by, setBy] = useState(actor);
  const [on, setOn] = useState(target);
  const [which, setWhich] = useState(id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(["audit"], { actor: by, target: on, id: which.trim() });
  };
  const all = { value: "" as const, label: words.audit.all };
  return (
    <form className="filters" role="search" onSubmit={submit}>
      <Choose<Actor | ""> label={words.audit.by} value={by} onChange={setBy} options={[all, ...ACTORS.map((value) => ({ value, label: words.audit.actors[value] }))]} />
      <Choose<Target | ""> label={words.audit.on} value={on} onChange={setOn} options={[all, ...TARGETS.map((value) => ({ value, label: words.audit.targets[value] }))]} />
      <Field label={words.audit.id} value={which} onChange={setWhich} code />
      <button type="submit">{words.common.show}</button>
    </form>
  );
}

function By({ actor, actor_id, acting_for }: Line) {
  const words = useWords();
  return (
    <span>
      {words.audit.actors[actor]} {actor_id && (actor === "user" ? <User id={actor_id} /> : <Code>{actor_id}</Code>)}
      {acting_for && (
        <>
          {" "}
          <span className="quiet">{words.audit.for}</span> <User id={acting_for} />
        </>
      )}
    </span>
  );
}

function On({ target, target_id }: Line) {
  const words = useWords();
  const place = SHOWN_AT[target];
  return (
    <span>
      {words.audit.targets[target]}{" "}
      {target === "user" ? <User id={target_id} /> : place ? <Link to={[place, target_id]}>{target_id}</Link> : target !== "tenant" && <Code>{target_id}</Code>}
    </span>
  );
}

function User({ id }: { id: string }) {
  return (
    <Link to={["users", id]}>
      <bdi>{id}</bdi>
    </Link>
  );
}

function Details({ of }: { of: Line["details"] }) {
  const said = Object.entries(of).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value)}`);
  return said.length ? <span dir="ltr">{said.join("; ")}</span> : <span className="quiet">–</span>;
}
