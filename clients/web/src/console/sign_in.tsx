import { useState, type FormEvent } from "react";
import { Field, TextArea } from "./parts/field.js";
import { Problem } from "./parts/problem.js";
import { useAct } from "./parts/resource.js";
import { pastedSession, type Pasted } from "./session.js";
import { useWords } from "./words/words.js";

/** For a stage: the API's address and a server token, which is tried before it is kept. */
export function SignIn({ expired, onSignedIn }: { expired: boolean; onSignedIn: (pasted: Pasted) => void }) {
  const words = useWords();
  const [url, setUrl] = useState("");
  const [token, setToken] = useState("");
  const [malformed, setMalformed] = useState(false);
  const trying = useAct();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const pasted = { url: url.trim(), token: token.trim() };
    const session = pastedSession(pasted, () => {}, () => {});
    setMalformed(!session);
    if (!session) return;
    const path = { tenant_id: session.tenant };
    if (await trying.run(() => session.api.get("/v1/tenants/{tenant_id}", { path, attempts: 1 }))) onSignedIn(pasted);
  };
  return (
    <main className="sign-in">
      <form className="panel" onSubmit={(event) => void submit(event)}>
        <h1>{words.signIn.title}</h1>
        <p className="quiet">{words.signIn.about}</p>
        {expired && (
          <p className="warning" role="alert">
            {words.signIn.expired}
          </p>
        )}
        <Field label={words.signIn.url} value={url} onChange={setUrl} type="url" required code placeholder="https://api.example.com" />
        <TextArea
          label={words.signIn.token}
          value={token}
          onChange={setToken}
          required
          code
          rows={5}
          autoComplete="off"
          hint={words.signIn.kept}
          error={malformed ? words.signIn.malformed : undefined}
        />
        <Problem failure={trying.failure} />
        <button type="submit" className="primary" disabled={trying.busy}>
          {words.signIn.act}
        </button>
      </form>
    </main>
  );
}
