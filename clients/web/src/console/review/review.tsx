import type { components } from "@parley/client";
import { useState } from "react";
import { Choose } from "../parts/field.js";
import { Paged, usePage } from "../parts/lists.js";
import { UserField } from "../parts/user_field.js";
import { Panel, View } from "../parts/view.js";
import { prefer, usePreferences } from "../preferences.js";
import { go, useRoute } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { Appeals } from "./appeals.js";
import { Reported } from "./case.js";
import { Decide } from "./decide.js";

export type Case = components["schemas"]["Case"];
type Source = Case["sources"][number];
type Claimed = "unclaimed" | "mine" | "others";

const SOURCES: readonly Source[] = ["user", "block_list", "pre_send"];
const CLAIMS: readonly Claimed[] = ["unclaimed", "mine", "others"];

/** What users and the tenant's own rules have reported and nobody has decided, the most urgent first. */
export function Review() {
  const words = useWords();
  const session = useSession();
  const { moderator } = usePreferences();
  const { query } = useRoute();
  const source = SOURCES.find((each) => each === query.get("source")) ?? null;
  const claim = CLAIMS.find((each) => each === query.get("claim")) ?? null;
  const conversation_id = query.get("conversation");
  const api = moderator ? session.as(moderator) : session.api;
  const cases = usePage(
    (cursor, signal) => api.get("/v1/moderation/cases", { query: { source, claim, conversation_id, cursor }, signal }),
    [source, claim, conversation_id, moderator],
  );
  const [deciding, setDeciding] = useState<Case | null>(null);
  const show = (change: Record<string, string | null>) => go(["review"], { source, claim, conversation: conversation_id, ...change });
  return (
    <View title={words.places.review} about={words.review.about}>
      <Panel title={words.review.queue}>
        <div className="filters" role="group" aria-label={words.review.filters}>
          <UserField label={words.review.moderator} value={moderator} onChange={(id) => prefer({ moderator: id.trim() })} required={false} />
          <Choose<Source | "">
            label={words.review.sourceOf}
            value={source ?? ""}
            onChange={(value) => show({ source: value || null })}
            options={[{ value: "", label: words.review.anySource }, ...SOURCES.map((value) => ({ value, label: words.review.sources[value] }))]}
          />
          <Choose<Claimed | "">
            label={words.review.claimOf}
            value={claim ?? ""}
            onChange={(value) => show({ claim: value || null })}
            options={[{ value: "", label: words.review.anyClaim }, ...CLAIMS.map((value) => ({ value, label: words.review.claims[value] }))]}
          />
        </div>
        {!moderator && <p className="hint">{words.review.moderatorHint}</p>}
        <Paged of={cases} empty={words.review.none}>
          {(rows) => (
            <ol className="reports">
              {rows.map((each) => (
                <Reported key={each.message_id} of={each} moderator={moderator} onDecide={() => setDeciding(each)} onChanged={cases.reload} />
              ))}
            </ol>
          )}
        </Paged>
      </Panel>
      <Appeals moderator={moderator} />
      {deciding && <Decide of={deciding} moderator={moderator} onDecided={cases.reload} onClose={() => setDeciding(null)} />}
    </View>
  );
}
