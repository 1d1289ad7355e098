import { may, type components } from "@parley/client";
import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Empty, Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { useResource } from "../parts/resource.js";
import { Badge, Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { Link, useRoute } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { Bans } from "./bans.js";
import { Members } from "./members.js";
import { Messages } from "./messages.js";

export type ConversationOf = components["schemas"]["Conversation"];
const TABS = ["messages", "members", "bans"] as const;

/** One conversation, as one of its members sees it: what may be done depends on that member's role. */
export function Conversation({ id, tab }: { id: string; tab: string | undefined }) {
  const words = useWords();
  const user = useRoute().query.get("as");
  const back = (
    <Link to={["conversations"]} query={{ as: user }}>
      {words.places.conversations}
    </Link>
  );
  if (!user)
    return (
      <View title={words.conversations.one} back={back}>
        <Empty>{words.conversations.nobody}</Empty>
      </View>
    );
  return <Seen id={id} user={user} chosen={TABS.find((each) => each === tab) ?? "messages"} back={back} />;
}

function Seen({ id, user, chosen, back }: { id: string; user: string; chosen: (typeof TABS)[number]; back: React.ReactNode }) {
  const words = useWords();
  const session = useSession();
  const conversation = useResource(
    (signal) => session.as(user).get("/v1/conversations/{conversation_id}", { path: { conversation_id: id }, signal }),
    [id, user],
  );
  const title = conversation.state === "ready" ? (conversation.value.name ?? words.conversations.unnamed) : words.conversations.one;
  return (
    <View title={title} back={back} about={words.conversations.seenAs(user)}>
      <Shown of={conversation}>
        {(value) => (
          <>
            <About conversation={value} user={user} onChanged={conversation.reload} />
            <nav className="tabs" aria-label={words.conversations.parts}>
              {TABS.map((each) => (
                <Link key={each} to={["conversations", id, each]} query={{ as: user }} aria-current={each === chosen ? "page" : undefined}>
                  {words.conversations.tabs[each]}
                </Link>
              ))}
            </nav>
            {chosen === "messages" && <Messages id={id} user={user} />}
            {chosen === "members" && <Members conversation={value} user={user} />}
            {chosen === "bans" && <Bans conversation={value} user={user} />}
          </>
        )}
      </Shown>
    </View>
  );
}

/** What it is, the deletion of its history, and its archiving, which is its owners'. */
function About({ conversation, user, onChanged }: { conversation: ConversationOf; user: string; onChanged: () => void }) {
  const words = useWords();
  const session = useSession();
  const say = useNotice();
  const [asked, setAsked] = useState<"archive" | "truncate">();
  const role = conversation.membership?.role;
  const archive = async () => {
    const path = { conversation_id: conversation.id };
    await session.as(user).delete("/v1/conversations/{conversation_id}", { path, ifMatch: conversation.version });
    say(words.conversations.archivedNow);
    onChanged();
  };
  const truncate = async () => {
    await session.api.post("/v1/conversations/{conversation_id}/truncate", { path: { conversation_id: conversation.id }, body: {} });
    say(words.conversations.truncatedNow);
    onChanged();
  };
  const acts = (
    <>
      <button type="button" className="danger small" onClick={() => setAsked("truncate")}>
        {words.conversations.truncate}
      </button>
      {!conversation.archived_at &&
        (may(conversation, role, "archive") ? (
          <button type="button" className="danger small" onClick={() => setAsked("archive")}>
            {words.conversations.archive}
          </button>
        ) : (
          <span className="hint">{words.conversations.ownersArchive}</span>
        ))}
    </>
  );
  return (
    <Panel title={words.conversations.facts} acts={acts}>
      <Facts
        of={[
          [words.users.id, <Code>{conversation.id}</Code>],
          [words.conversations.type, <Badge>{words.conversations.types[conversation.type]}</Badge>],
          [words.conversations.roleOf(user), role ? words.conversations.roles[role] : words.conversations.noMember],
          [words.conversations.memberCount, String(conversation.member_count)],
          [words.common.created, <Moment at={conversation.created_at} />],
          [
            words.conversations.shown,
            conversation.archived_at ? <Badge tone="warn">{words.conversations.archivedNow}</Badge> : <Badge tone="good">{words.conversations.active}</Badge>,
          ],
        ]}
      />
      {asked === "truncate" && (
        <Confirm
          title={words.conversations.truncateTitle(conversation.name ?? conversation.id)}
          act={words.conversations.truncate}
          onConfirm={truncate}
          onClose={() => setAsked(undefined)}
        >
          <p>{words.conversations.truncateAbout}</p>
        </Confirm>
      )}
      {asked === "archive" && (
        <Confirm
          title={words.conversations.archiveTitle(conversation.name ?? conversation.id)}
          act={words.conversations.archive}
          onConfirm={archive}
          onClose={() => setAsked(undefined)}
        >
          <p>{words.conversations.archiveAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}
