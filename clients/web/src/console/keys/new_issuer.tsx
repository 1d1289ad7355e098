import { useState } from "react";
import { Ask } from "../parts/dialog.js";
import { Check, Field } from "../parts/field.js";
import { useNotice } from "../parts/notices.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

const FIELDS = ["/issuer", "/audiences", "/jwks_url", "/user_id_claim", "/name_claim"];

/** Registers a login. Parley fetches its keys at once, so one that cannot be used is refused here. */
export function NewIssuer({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const words = useWords();
  const { api, tenant } = useSession();
  const say = useNotice();
  const [issuer, setIssuer] = useState("");
  const [audiences, setAudiences] = useState("");
  const [jwks, setJwks] = useState("");
  const [userClaim, setUserClaim] = useState("sub");
  const [nameClaim, setNameClaim] = useState("");
  const [creates, setCreates] = useState(false);
  const create = async () => {
    const body = {
      issuer,
      audiences: audiences.split(/[\s,]+/).filter(Boolean),
      jwks_url: jwks || null,
      user_id_claim: userClaim,
      name_claim: nameClaim || null,
      create_users: creates,
    };
    await api.post("/v1/tenants/{tenant_id}/issuers", { path: { tenant_id: tenant }, body });
    say(words.common.saved);
    onDone();
  };
  return (
    <Ask title={words.keys.createIssuer} act={words.keys.createIssuer} fields={FIELDS} onAct={create} onClose={onClose}>
      {(wrong) => (
        <>
          <Field label={words.keys.issuer} value={issuer} onChange={setIssuer} required maxLength={255} code placeholder="https://login.example.com/" error={wrong("/issuer")} />
          <Field label={words.keys.audiences} value={audiences} onChange={setAudiences} required code hint={words.keys.audiencesHint} error={wrong("/audiences")} />
          <Field label={words.keys.jwks} value={jwks} onChange={setJwks} type="url" maxLength={512} code hint={words.keys.jwksHint} error={wrong("/jwks_url")} />
          <Field label={words.keys.userClaim} value={userClaim} onChange={setUserClaim} required maxLength={128} code error={wrong("/user_id_claim")} />
          <Field label={words.keys.nameClaim} value={nameClaim} onChange={setNameClaim} maxLength={128} code error={wrong("/name_claim")} />
          <Check label={words.keys.createsUsers} checked={creates} onChange={setCreates} />
        </>
      )}
    </Ask>
  );
}
