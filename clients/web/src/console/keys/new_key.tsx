import type { components } from "@parley/client";
import { useState } from "react";
import { Ask } from "../parts/dialog.js";
import { Choose, Field, TextArea } from "../parts/field.js";
import { useNotice } from "../parts/notices.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

export type MadeKey = components["schemas"]["NewSigningKey"];
type Algorithm = MadeKey["algorithm"];
const ALGORITHMS: readonly Algorithm[] = ["HS256", "RS256", "ES256"];

/** Parley makes the secret of an HS256 key; of the others it takes the public half. */
export function NewKey({ onMade, onDone, onClose }: { onMade: (key: MadeKey) => void; onDone: () => void; onClose: () => void }) {
  const words = useWords();
  const { api, tenant } = useSession();
  const say = useNotice();
  const [algorithm, setAlgorithm] = useState<Algorithm>("HS256");
  const [publicKey, setPublicKey] = useState("");
  const [audience, setAudience] = useState("");
  const [issuer, setIssuer] = useState("");
  const create = async () => {
    const own = algorithm === "HS256" ? {} : { public_key: publicKey };
    const body = { algorithm, ...own, ...(audience ? { audience } : {}), ...(issuer ? { issuer } : {}) };
    const made = await api.post("/v1/tenants/{tenant_id}/keys", { path: { tenant_id: tenant }, body });
    onMade(made);
    say(words.common.saved);
    onDone();
  };
  return (
    <Ask title={words.keys.create} act={words.keys.create} fields={["/public_key", "/audience", "/issuer"]} onAct={create} onClose={onClose}>
      {(wrong) => (
        <>
          <Choose
            label={words.keys.algorithm}
            value={algorithm}
            onChange={setAlgorithm}
            hint={words.keys.algorithmHint}
            options={ALGORITHMS.map((value) => ({ value, label: value }))}
          />
          {algorithm !== "HS256" && (
            <TextArea label={words.keys.publicKey} value={publicKey} onChange={setPublicKey} required rows={6} maxLength={4096} code error={wrong("/public_key")} />
          )}
          <Field label={words.keys.audience} value={audience} onChange={setAudience} maxLength={255} code hint={words.keys.audienceHint} error={wrong("/audience")} />
          <Field label={words.keys.issuer} value={issuer} onChange={setIssuer} maxLength={255} code hint={words.keys.issuerHint} error={wrong("/issuer")} />
        </>
      )}
    </Ask>
  );
}
