import type { ReactNode } from "react";

export interface Column<T> {
  name: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand at the end of their column, acts at the end of the row. */
  kind?: "number" | "acts";
}

const CLASSES = { text: undefined, number: "number", acts: "act-cell" };

interface Rows<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
}

/** A table; on a phone each row is a card. The roles are said, since a changed `display` takes them away. */
export function Table<T>({ caption, columns, rows, keyOf }: Rows<T>) {
  return (
    <table role="table">
      <caption className="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ name, kind }) => (
            <th key={name} role="columnheader" scope="col" className={CLASSES[kind ?? "text"]}>
              {kind === "acts" ? <span className="unseen">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ name, kind, cell }) => (
              <td key={name} role="cell" className={CLASSES[kind ?? "text"]} data-name={kind === "acts" ? undefined : name}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
