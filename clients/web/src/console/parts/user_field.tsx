import { useId, useState } from "react";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { useResource } from "./resource.js";

const OFFERED = 20;

interface Asked {
  label: string;
  value: string;
  onChange: (id: string) => void;
  required?: boolean;
}

/** A user's id, which may be found by the beginning of the name. */
export function UserField({ label, value, onChange, required = true }: Asked) {
  const words = useWords();
  const { api } = useSession();
  const id = useId();
  const [asked, setAsked] = useState("");
  const found = useResource((signal) => api.get("/v1/users", { query: { q: asked || null, limit: OFFERED }, signal }), [asked]);
  const write = (text: string) => {
    onChange(text);
    setAsked(text.slice(0, 100).trim());
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        list={`${id}-users`}
        value={value}
        required={required}
        maxLength={80}
        autoComplete="off"
        dir="auto"
        placeholder={words.common.userHint}
        onChange={(event) => write(event.target.value)}
      />
      <datalist id={`${id}-users`}>
        {found.state === "ready" &&
          found.value.data.map((user) => (
            <option key={user.id} value={user.id}>
              {user.name}
            </option>
          ))}
      </datalist>
    </div>
  );
}
