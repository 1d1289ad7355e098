import type { components } from "@parley/client";
import { useMemo, useState, type FormEvent } from "react";
import { Choose, Field } from "../parts/field.js";
import { Paged, usePage } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { UserField } from "../parts/user_field.js";
import { Badge, Code, Moment, Name, Panel, View } from "../parts/view.js";
import { go, Link, useRoute } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { Conversation } from "./conversation.js";
import { customOf, declaredKeys, fieldOf, type DeclaredKey } from "./declared.js";

type Type = "direct" | "group" | "channel";
const TYPES: readonly Type[] = ["direct", "group", "channel"];
/** As the list's parameters are called. */
const SHOWN = ["archived", "archived_for_me", "hidden", "pinned"] as const;
const NO_KEYS: readonly DeclaredKey[] = [];
type Row = components["schemas"]["ConversationSummary"];

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
  const [shown, setShown] = useState(query.get("shown") ?? "");
  const [label, setLabel] = useState(query.get("label") ?? "");
  const [sort, setSort] = useState(query.get("sort") ?? "");
  const keys = useDeclaredKeys();
  const [wanted, setWanted] = useState<Readonly<Record<string, string>>>({});
  const written = (name: string) => wanted[name] ?? query.get(fieldOf(name)) ?? "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(["conversations"], { as: user.trim(), q: q.trim(), type, shown, label: label.trim(), sort, ...Object.fromEntries(keys.map(({ name }) => [fieldOf(name), written(name).trim()])) });
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
        value={shown}
        onChange={setShown}
        options={[{ value: "", label: words.conversations.active }, ...SHOWN.map((value) => ({ value, label: words.conversations.shownOf[value] }))]}
      />
      <Field label={words.conversations.label} value={label} onChange={setLabel} maxLength={40} />
      {keys.map(({ name, kind }) => (
        <Field key={name} label={name} value={written(name)} onChange={(value) => setWanted({ ...wanted, [name]: value })} hint={kind === "number" ? words.conversations.numbers : undefined} code />
      ))}
      {keys.length > 0 && (
        <Choose
          label={words.conversations.sort}
          value={sort}
          onChange={setSort}
          options={[{ value: "", label: words.conversations.lastActivity }, ...keys.flatMap(({ name }) => [name, `-${name}`]).map((value) => ({ value, label: value.startsWith("-") ? words.conversations.greatestFirst(value.slice(1)) : value }))]}
        />
      )}
      <button type="submit">{words.common.show}</button>
    </form>
  );
}

/** The keys by which this tenant's conversations are filtered; none until they are read. */
function useDeclaredKeys(): readonly DeclaredKey[] {
  const { api, tenant } = useSession();
  const found = useResource((signal) => api.get("/v1/tenants/{tenant_id}", { path: { tenant_id: tenant }, signal }), [tenant]);
  return useMemo(() => (found.state === "ready" ? declaredKeys(found.value.settings.conversation_keys) : NO_KEYS), [found]);
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
  const keys = useDeclaredKeys();
  const [q, type, shown, label, sort] = ["q", "type", "shown", "label", "sort"].map((name) => query.get(name) || null);
  const custom = customOf(keys, (field) => query.get(field));
  const conversations = usePage(
    (cursor, signal) => {
      const kind = TYPES.find((each) => each === type) ?? null;
      return session.as(user).get("/v1/conversations", { query: { q: q ?? null, type: kind, ...(shown ? { [shown]: true } : {}), label: label ?? null, sort: sort ?? null, custom, cursor }, signal });
    },
    [user, q, type, shown, label, sort, custom],
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
              { name: words.conversations.kept, cell: (row) => <Kept conversation={row} /> },
              ...keys.map(({ name: key }) => ({ name: key, cell: ({ custom: values }: Row) => <Code>{String(values?.[key] ?? "–")}</Code> })),
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

/** How the user keeps it in their list. */
function Kept({ conversation: { settings } }: { conversation: Row }) {
  const words = useWords().conversations;
  const how = [settings.pinned && words.shownOf.pinned, settings.archived_for_me && words.shownOf.archived_for_me, settings.hidden && words.shownOf.hidden];
  return (
    <>
      {how.map((each) => each && <Badge key={each}>{each}</Badge>)} {settings.labels.map((each) => <Badge key={`label ${each}`}>{each}</Badge>)}
    </>
  );
}
