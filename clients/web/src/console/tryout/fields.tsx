import { Choose, Field } from "../parts/field.js";
import { UserField } from "../parts/user_field.js";
import { useWords } from "../words/words.js";
import { resolved, typeOf, type Contract, type Parameter, type Schema } from "./document.js";

interface Written {
  parameter: Parameter;
  contract: Contract;
  value: string;
  onChange: (value: string) => void;
}

/** A field of the kind that the parameter's schema asks for. */
export function ParameterField({ parameter, contract, value, onChange }: Written) {
  const words = useWords();
  const { name, required = false, description } = parameter;
  const schema = resolved(parameter.schema, contract.schemas);
  const label = `${name}${required ? ` (${words.tryout.required})` : ""}`;
  const hint = <span lang="en">{description}</span>;
  const choices = schema.type === "boolean" ? ["true", "false"] : schema.enum;
  if (name === "X-Acting-User") return <UserField label={words.tryout.actingUser} value={value} onChange={onChange} required={false} />;
  if (choices) {
    const options = [{ value: "", label: words.tryout.unsaid }, ...choices.map((each) => ({ value: each, label: each }))];
    return <Choose label={label} value={value} options={options} hint={hint} onChange={onChange} />;
  }
  const byDefault = schema.default === undefined ? {} : { placeholder: String(schema.default) };
  return <Field label={label} value={value} onChange={onChange} required={required} code hint={hint} {...byDefault} />;
}

/** What the body may have, as the contract says it. */
export function BodyFields({ schema, contract }: { schema: Schema; contract: Contract }) {
  const words = useWords();
  const { properties = {}, required = [] } = resolved(schema, contract.schemas);
  const fields = Object.entries(properties);
  if (fields.length === 0) return null;
  return (
    <details>
      <summary>{words.tryout.fields}</summary>
      <dl className="schema" dir="ltr" lang="en">
        {fields.map(([name, field]) => (
          <div key={name}>
            <dt>
              <code>{name}</code> {required.includes(name) && <span className="badge">{words.tryout.required}</span>}
            </dt>
            <dd>
              <code className="quiet">{typeOf(field)}</code> {resolved(field, contract.schemas).description}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
