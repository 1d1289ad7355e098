import { useState, type FormEvent } from "react";
import { Choose, Field } from "../parts/field.js";
import { Paged, usePage } from "../parts/lists.js";
import { UserField } from "../parts/user_field.js";
import { Moment, Panel, View } from "../parts/view.js";
import { go, Link, useRoute, withQuery } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { piecesOf } from "./highlights.js";

type Sort = "relevance" | "recent";

/** What a user finds by a search, and how far behind the index is: for who asks why something is not found. */
export function Search() {
  const words = useWords();
  const { query } = useRoute();
  const user = query.get("as");
  const q = query.get("q");
  return (
    <View title={words.places.search} about={words.search.about}>
      <Panel title={words.search.ask}>
        <Ask />
      </Panel>
      {user && q && <Found user={user} q={q} sort={query.get("sort") === "recent" ? "recent" : "relevance"} />}
    </View>
  );
}

function Ask() {
  const words = useWords();
  const { query } = useRoute();
  const [user, setUser] = useState(query.get("as") ?? "");
  const [q, setQ] = useState(query.get("q") ?? "");
  const [sort, setSort] = useState<Sort>(query.get("sort") === "recent" ? "recent" : "relevance");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(["search"], { as: user.trim(), q: q.trim(), sort });
  };
  return (
    <form className="filters" role="search" onSubmit={submit}>
      <UserField label={words.search.user} value={user} onChange={setUser} />
      <Field label={words.search.q} value={q} onChange={setQ} type="search" required placeholder={'"noon" from:ada has:image'} />
      <Choose
        label={words.search.sort}
        value={sort}
        onChange={setSort}
        options={[
          { value: "relevance", label: words.search.best },
          { value: "recent", label: words.search.newest },
        ]}
      />
      <button type="submit" className="primary">
        {words.common.search}
      </button>
    </form>
  );
}

function Found({ user, q, sort }: { user: string; q: string; sort: Sort }) {
  const words = useWords();
  const formats = useFormats();
  const route = useRoute();
  const session = useSession();
  const [facts, setFacts] = useState<{ through: string | null; total: string | null; meant: string | null } | null>(null);
  const hits = usePage(
    async (cursor, signal) => {
      const page = await session.as(user).get("/v1/search/messages", { query: { q, sort, cursor, total: !cursor }, signal });
      const total = page.total && formats.number(page.total.value) + (page.total.relation === "eq" ? "" : "+");
      setFacts({ through: page.indexed_through, total, meant: page.did_you_mean });
      return page;
    },
    [user, q, sort],
  );
  return (
    <Panel title={words.search.found}>
      {facts && (
        <p className="quiet">
          {facts.total !== null && words.search.total(facts.total)} {words.search.through} <Moment at={facts.through} />
        </p>
      )}
      {facts?.meant && (
        <p>
          {words.search.meant} <a href={withQuery(route, { q: facts.meant, cursor: null })}>{facts.meant}</a>
        </p>
      )}
      <Paged of={hits} empty={words.search.none}>
        {(rows) => (
          <ol className="hits">
            {rows.map(({ message, conversation, highlights }) => (
              <li key={message.id}>
                <p className="message-head">
                  <Link to={["conversations", conversation.id]} query={{ as: user, around: message.id }}>
                    <bdi>{conversation.name ?? words.conversations.unnamed}</bdi>
                  </Link>
                  <bdi>{message.author_id}</bdi>
                  <span className="quiet">
                    <Moment at={message.created_at} />
                  </span>
                </p>
                <p dir="auto" className="message-text">
                  {highlights.length > 0 ? highlights.map((each) => <Fragment key={each} html={each} />) : message.text}
                </p>
              </li>
            ))}
          </ol>
        )}
      </Paged>
    </Panel>
  );
}

function Fragment({ html }: { html: string }) {
  return (
    <>
      {piecesOf(html).map(({ text, found }, place) => (found ? <mark key={place}>{text}</mark> : text))}{" "}
    </>
  );
}
