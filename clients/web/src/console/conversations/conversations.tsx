import { useState, type FormEvent } from "react";
import { Choose, Field } from "../parts/field.js";
import { Paged, usePage } from "../parts/lists.js";
import { Table } from "../parts/table.js";
import { UserField } from "../parts/user_field.js";
import { Badge, Moment, Name, Panel, View } from "../parts/view.js";
import { go, Link, useRoute } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { Conversation } from "./conversation.js";

type Type = "direct" | "group" | "channel";
const TYPES: readonly Type[] = ["direct", "group", "channel"];

/** Conversations are a user's: what a server token sees of them, it sees as somebody. */
export function Conversations({ path: [id, tab] }: { path: readonly string[] }) {
  return id === undefined ? <ConversationList /> : <Conversation id={id} tab={tab} />;
}

function ConversationList() {
  const words = useWords();
  const user = useRoute().query.get("as");
  return (
    <View title={words.places.conversations} about={words.conversations.about}>
      <Panel title={user ? words.conversations.of(user) : words.conversations.whose}>
        <Filters key={user} />
        {user ? <Listed user={user} /> : <Everybody />}
      </Panel>
    </View>
  );
}

function Filters() {
  const words = useWords();
  const { query } = useRoute();
  const [user, setUser] = useState(query.get("as") ?? "");
  const [q, setQ] = useState(query.get("q") ?? "");
  const [type, setType] = useState(query.get("type") ?? "");
  const [archived, setArchived] = useState(query.get("archived") ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(["conversations"], { as: user.trim(), q: q.trim(), type, archived });
  };
  return (
    <form className="filters" role="search" onSubmit={submit}>
      <UserField label={words.conversations.user} value={user} onChange={setUser} />
      <Field label={words.conversations.name} value={q} onChange={setQ} type="search" maxLength={100} />
      <Choose
        label={words.conversations.type}
        value={type}
        onChange={setType}
        options={[{ value: "", label: words.conversations.allTypes }, ...TYPES.map((value) => ({ value, label: words.conversations.types[value] }))]}
      />
      <Choose
        label={words.conversations.shown}
        value={archived}
        onChange={setArchived}
        options={[
          { value: "", label: words.conversations.active },
          { value: "true", label: words.conversations.archived },
        ]}
      />
      <button type="submit">{words.common.show}</button>
    </form>
  );
}

/** Whom to look at, where nobody has been chosen. */
function Everybody() {
  const words = useWords();
  const { api } = useSession();
  const users = usePage((cursor, signal) => api.get("/v1/users", { query: { cursor }, signal }), []);
  return (
    <Paged of={users} empty={words.users.none}>
      {(rows) => (
        <ul className="chips">
          {rows.map(({ id, name }) => (
            <li key={id}>
              <Link to={["conversations"]} query={{ as: id }} className="button small">
                <Name>{name}</Name>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Paged>
  );
}

function Listed({ user }: { user: string }) {
  const words = useWords();
  const formats = useFormats();
  const session = useSession();
  const { query } = useRoute();
  const [q, type, archived] = ["q", "type", "archived"].map((name) => query.get(name));
  const conversations = usePage(
    (cursor, signal) => {
      const kind = TYPES.find((each) => each === type) ?? null;
      return session.as(user).get("/v1/conversations", { query: { q: q ?? null, type: kind, archived: archived === "true", cursor }, signal });
    },
    [user, q, type, archived],
  );
  return (
    <Paged of={conversations} empty={words.conversations.none}>
      {(rows) => (
        <div className="rows">
          <Table
            caption={words.conversations.of(user)}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                name: words.conversations.name,
                cell: ({ id, name }) => (
                  <Link to={["conversations", id]} query={{ as: user }}>
                    <Name>{name ?? words.conversations.unnamed}</Name>
                  </Link>
                ),
              },
              { name: words.conversations.type, cell: ({ type: kind }) => <Badge>{words.conversations.types[kind]}</Badge> },
              { name: words.conversations.role, cell: ({ role }) => words.conversations.roles[role] },
              { name: words.conversations.unread, cell: ({ unread_count }) => formats.number(unread_count), kind: "number" },
              { name: words.conversations.lastActivity, cell: ({ last_activity_at }) => <Moment at={last_activity_at} /> },
            ]}
          />
        </div>
      )}
    </Paged>
  );
}
