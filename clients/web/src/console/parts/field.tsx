import { useId, type ComponentProps, type ReactNode } from "react";

interface About {
  label: string;
  hint?: ReactNode;
  /** What was refused of it. */
  error?: string | undefined;
}

/** A label above what it names, with a hint and what was refused beside it. */
function Labelled({ label, hint, error, id, children }: About & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error" dir="auto">
          {error}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, error }: Pick<About, "hint" | "error">) {
  const by = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return { ...(by ? { "aria-describedby": by } : {}), ...(error ? { "aria-invalid": true } : {}) };
}

type Input = Omit<ComponentProps<"input">, "onChange" | "value" | "id"> & About & { value: string; onChange: (value: string) => void; code?: boolean };

export function Field({ label, hint, error, onChange, code = false, ...rest }: Input) {
  const id = useId();
  return (
    <Labelled {...{ label, hint, error, id }}>
      <input
        id={id}
        dir={code ? "ltr" : "auto"}
        className={code ? "code" : undefined}
        onChange={(event) => onChange(event.target.value)}
        {...described(id, { hint, error })}
        {...rest}
      />
    </Labelled>
  );
}

/** One file; its name stands in its own direction. */
export function FileField({ label, hint, error, onChange, ...rest }: Omit<ComponentProps<"input">, "onChange" | "value" | "id" | "type"> & About & { onChange: (file: File | null) => void }) {
  const id = useId();
  return (
    <Labelled {...{ label, hint, error, id }}>
      <input id={id} type="file" onChange={(event) => onChange(event.target.files?.[0] ?? null)} {...described(id, { hint, error })} {...rest} />
    </Labelled>
  );
}

type Area = Omit<ComponentProps<"textarea">, "onChange" | "value" | "id"> & About & { value: string; onChange: (value: string) => void; code?: boolean };

export function TextArea({ label, hint, error, onChange, code = false, ...rest }: Area) {
  const id = useId();
  return (
    <Labelled {...{ label, hint, error, id }}>
      <textarea
        id={id}
        dir={code ? "ltr" : "auto"}
        className={code ? "code" : undefined}
        spellCheck={!code}
        onChange={(event) => onChange(event.target.value)}
        {...described(id, { hint, error })}
        {...rest}
      />
    </Labelled>
  );
}

interface Choice<T extends string> extends About {
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function Choose<T extends string>({ label, hint, error, value, options, onChange }: Choice<T>) {
  const id = useId();
  return (
    <Labelled {...{ label, hint, error, id }}>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value as T)} {...described(id, { hint, error })}>
        {options.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

export function Check({ label, checked, onChange }: { label: ReactNode; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}
