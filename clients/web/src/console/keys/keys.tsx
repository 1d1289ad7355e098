import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { useNotice } from "../parts/notices.js";
import { Panel, View } from "../parts/view.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { Issuers } from "./issuers.js";
import { SigningKeys } from "./signing_keys.js";

/** Whose tokens Parley accepts: those of the tenant's signing keys, and of the logins that it registered. */
export function Keys() {
  const words = useWords();
  return (
    <View title={words.places.keys} about={words.keys.about}>
      <SigningKeys />
      <Issuers />
      <RevokeAll />
    </View>
  );
}

function RevokeAll() {
  const words = useWords();
  const formats = useFormats();
  const { api, tenant } = useSession();
  const say = useNotice();
  const [asked, setAsked] = useState(false);
  const revoke = async () => {
    const { tokens_valid_from } = await api.post("/v1/tenants/{tenant_id}/revoke-tokens", { path: { tenant_id: tenant } });
    if (tokens_valid_from) say(words.users.revoked(formats.moment(tokens_valid_from)));
  };
  return (
    <Panel title={words.keys.revokeAll}>
      <p className="quiet">{words.keys.revokeAllAbout}</p>
      <div className="acts">
        <button type="button" className="danger" onClick={() => setAsked(true)}>
          {words.keys.revokeAll}
        </button>
      </div>
      {asked && (
        <Confirm title={words.keys.revokeAllTitle} act={words.keys.revokeAll} typed={tenant} onConfirm={revoke} onClose={() => setAsked(false)}>
          <p>{words.keys.revokeAllAbout}</p>
          <p className="warning">{words.keys.revokeAllOwn}</p>
        </Confirm>
      )}
    </Panel>
  );
}
