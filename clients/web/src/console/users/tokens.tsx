import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { useNotice } from "../parts/notices.js";
import { Problem } from "../parts/problem.js";
import { useAct } from "../parts/resource.js";
import { SecretShown } from "../parts/secret.js";
import { Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";

/** Signs a user out everywhere, or mints a token to try something as them. */
export function Tokens({ id }: { id: string }) {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const say = useNotice();
  const [asked, setAsked] = useState(false);
  const [minted, setMinted] = useState<string | null>(null);
  const minting = useAct();
  const revoke = async () => {
    const { tokens_valid_from } = await api.post("/v1/users/{user_id}/revoke-tokens", { path: { user_id: id } });
    say(words.users.revoked(formats.moment(tokens_valid_from)));
  };
  const mint = () => minting.run(async () => setMinted((await api.post("/v1/tokens", { body: { user_id: id } })).token));
  return (
    <Panel title={words.users.tokens}>
      <p className="quiet">{words.users.tokensAbout}</p>
      <Problem failure={minting.failure} />
      <div className="acts">
        <button type="button" disabled={minting.busy} onClick={() => void mint()}>
          {words.users.mint}
        </button>
        <button type="button" className="danger" onClick={() => setAsked(true)}>
          {words.users.revoke}
        </button>
      </div>
      {asked && (
        <Confirm title={words.users.revokeTitle(id)} act={words.users.revoke} onConfirm={revoke} onClose={() => setAsked(false)}>
          <p>{words.users.revokeAbout}</p>
        </Confirm>
      )}
      {minted && <SecretShown title={words.users.minted(id)} about={words.users.mintedAbout} secret={minted} onClose={() => setMinted(null)} />}
    </Panel>
  );
}
