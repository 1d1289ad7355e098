import { Check, Choose, Field } from "../parts/field.js";
import { useFormats, useWords } from "../words/words.js";
import { KINDS, type Name } from "./fields.js";
import type { Tenant } from "./settings.js";

interface Shown {
  name: Name;
  tenant: Tenant;
  value: string | boolean;
  error: string | undefined;
  onChange: (value: string | boolean) => void;
}

/** One setting, with the ceiling that the operator has set for it. */
export function Setting({ name, tenant, value, error, onChange }: Shown) {
  const words = useWords();
  const formats = useFormats();
  const kind = KINDS[name];
  const label = words.settings.names[name];
  if (typeof value === "boolean") return <Check label={label} checked={value} onChange={onChange} />;
  if (typeof kind === "object") {
    const options = kind.map((each) => ({ value: each, label: words.settings.choices[each as keyof typeof words.settings.choices] }));
    return <Choose label={label} value={value} options={options} error={error} onChange={onChange} />;
  }
  const ceiling = (tenant.ceilings as Record<string, number | undefined>)[name];
  const bytes = kind === "bytes" && /^\d+$/.test(value) ? formats.bytes(Number(value)) : undefined;
  const most = ceiling === undefined ? undefined : words.settings.ceiling(kind === "bytes" ? formats.bytes(ceiling) : formats.number(ceiling));
  const none = kind === "listOrNone" || kind === "numberOrNone" ? words.settings.none : undefined;
  const hint = [bytes, most, none].filter(Boolean).join(" · ");
  return <Field label={label} value={value} onChange={onChange} code inputMode={kind === "listOrNone" || kind === "textOrNone" ? "text" : "numeric"} hint={hint} error={error} />;
}
