import address from "../../../../../docs/openapi.json?url";

/** As much of an OpenAPI document as the try-out reads. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: readonly string[];
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  description?: string;
  default?: unknown;
  format?: string;
  maximum?: number;
  maxLength?: number;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  parameters: readonly Parameter[];
  /** The body as the contract has it, where there is one. */
  body: { schema: Schema; example: unknown } | null;
}

interface Written {
  operationId: string;
  summary: string;
  description?: string;
  tags?: readonly string[];
  security?: readonly Record<string, unknown>[];
  parameters?: readonly (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
}

export interface Contract {
  operations: readonly Operation[];
  schemas: Record<string, Schema>;
}

interface Document {
  paths: Record<string, Record<string, Written>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
}

/** The contract that this console was built with, read when it is first wanted. */
export async function loadContract(signal: AbortSignal): Promise<Contract> {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(`openapi.json: ${answer.status}`);
  return contractOf((await answer.json()) as Document);
}

/** What a server token may send: what is the operator's is left out. */
export function contractOf({ paths, components }: Document): Contract {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security = [] }]) => !security.some((each) => "operatorKey" in each))
      .map(([method, written]) => operationOf(path, method, written, components.parameters)),
  );
  return { operations, schemas: components.schemas };
}

function operationOf(path: string, method: string, written: Written, shared: Record<string, Parameter>): Operation {
  const parameters = (written.parameters ?? []).map((each) => ("$ref" in each ? shared[nameOf(each.$ref)] : each));
  const body = written.requestBody?.content["application/json"];
  return {
    id: written.operationId,
    method: method.toUpperCase(),
    path,
    tag: written.tags?.[0] ?? "",
    summary: written.summary,
    description: written.description ?? "",
    parameters: parameters.filter((each) => each !== undefined),
    body: body ? { schema: body.schema, example: body.example } : null,
  };
}

export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** A schema by itself: what a reference names, and of a choice what is not null. */
export function resolved(schema: Schema, schemas: Contract["schemas"]): Schema {
  if (schema.$ref) return resolved(schemas[nameOf(schema.$ref)] ?? {}, schemas);
  const [only, other] = (schema.anyOf ?? []).filter((each) => each.type !== "null");
  return only && !other ? resolved({ ...only, ...(schema.description ? { description: schema.description } : {}) }, schemas) : schema;
}

/** A type in a few words: `string`, `array of Attachment`, `"flag" | "mask"`. */
export function typeOf(schema: Schema): string {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (schema.type === "array") return `array of ${typeOf(schema.items ?? {})}`;
  return schema.format ?? schema.type ?? "any";
}
