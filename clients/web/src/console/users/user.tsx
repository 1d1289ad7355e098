import type { components } from "@parley/client";
import { Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { Access } from "./access.js";
import { Devices } from "./devices.js";
import { Erasure } from "./erasure.js";
import { Record } from "../review/record.js";
import { Profile } from "./profile.js";
import { ShadowBan } from "./shadow_ban.js";
import { Tokens } from "./tokens.js";

export type UserOf = components["schemas"]["User"];

/** One user: the profile, what signs them in, where they are, and how to erase them. */
export function User({ id }: { id: string }) {
  const words = useWords();
  const { api } = useSession();
  const user = useResource((signal) => api.get("/v1/users/{user_id}", { path: { user_id: id }, signal }), [id]);
  const conversations = (
    <Link to={["conversations"]} query={{ as: id }} className="button">
      {words.users.conversations}
    </Link>
  );
  return (
    <View title={user.state === "ready" ? user.value.name : id} back={<Link to={["users"]}>{words.places.users}</Link>} acts={conversations}>
      <Shown of={user}>
        {(value) => (
          <div className="columns">
            <div>
              <Profile key={value.version} user={value} onSaved={user.replace} />
              <Record id={id} />
              <Erasure user={value} />
            </div>
            <div>
              <Presence user={value} />
              <Access user={value} onChanged={user.reload} />
              <ShadowBan id={id} />
              <Tokens id={id} />
              <Devices id={id} />
            </div>
          </div>
        )}
      </Shown>
    </View>
  );
}

/** As the user sees themselves: whom they have blocked sees them offline. */
function Presence({ user }: { user: UserOf }) {
  const words = useWords();
  const session = useSession();
  const presence = useResource(
    (signal) => session.as(user.id).get("/v1/users/{user_id}/presence", { path: { user_id: user.id }, signal }),
    [user.id],
  );
  return (
    <Panel title={words.users.state}>
      <Shown of={presence}>
        {({ online, last_active_at, status_text }) => (
          <Facts
            of={[
              [words.users.id, <Code>{user.id}</Code>],
              [words.users.presence, online ? words.users.online : words.users.offline],
              [words.users.lastActive, <Moment at={last_active_at} />],
              [words.users.statusText, status_text ? <bdi>{status_text}</bdi> : "–"],
              [words.common.created, <Moment at={user.created_at} />],
              [words.common.updated, <Moment at={user.updated_at} />],
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}
