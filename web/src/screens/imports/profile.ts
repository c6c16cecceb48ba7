// Writes an import profile out of what somebody has chosen for the columns of a file.

export const FIELDS = {
  products: ["sku", "name", "description", "category", "unit", "decimals", "barcode", "price", "cost"],
  movements: ["sku", "warehouse", "quantity", "occurred_at", "reason", "reference", "name"],
} as const;

export type Kind = keyof typeof FIELDS;
export type FieldName = (typeof FIELDS)[Kind][number];

export interface Choice {
  kind: Kind;
  columns: Partial<Record<FieldName, string>>;
  /** Where all movements are, where no column says it. */
  warehouse?: string;
  decimal: "." | ",";
  move: "receipt" | "issue" | "adjustment";
}

const quoted = (text: string) => JSON.stringify(text);

/** The profile as TOML. Its name is part of every row's identity, so the same choice has the same name. */
export function profileOf({ kind, columns, warehouse, decimal, move }: Choice): string {
  const lines = [
    `name = ${quoted(`web-${kind}${kind === "movements" ? `-${move}` : ""}`)}`,
    `kind = ${quoted(kind)}`,
    "",
    "[numbers]",
    `decimal = ${quoted(decimal)}`,
    "",
    "[fields]",
  ];
  for (const name of FIELDS[kind]) {
    const column = columns[name];
    if (column) lines.push(`${name} = ${quoted(column)}`);
    else if (name === "warehouse" && warehouse) lines.push(`warehouse = { constant = ${quoted(warehouse)} }`);
  }
  if (kind === "movements") lines.push("", "[[kinds]]", `is = ${quoted(move)}`);
  return `${lines.join("\n")}\n`;
}

const ALIKE: [FieldName, RegExp][] = [
  ["sku", /^(sku|code|c[oó]digo|stockcode|art[ií]culo n)/i],
  ["name", /^(name|nombre|art[ií]culo|product)/i],
  ["description", /^desc/i],
  ["category", /^(categ|famil)/i],
  ["unit", /^(unit|unidad|ud)$/i],
  ["decimals", /^decim/i],
  ["barcode", /(barcode|ean|gtin|barras)/i],
  ["price", /^(price|precio|pvp)/i],
  ["cost", /^cost/i],
  ["warehouse", /^(warehouse|almac)/i],
  ["quantity", /^(quantity|qty|cantidad|uds)/i],
  ["occurred_at", /(date|fecha)/i],
  ["reason", /^(reason|motivo)/i],
  ["reference", /(reference|referencia|invoice|albar|factura)/i],
];

/** What columns most likely mean, by their names. */
export function guess(kind: Kind, header: string[]): Choice["columns"] {
  const found: Choice["columns"] = {};
  for (const [name, pattern] of ALIKE) {
    const column = header.find((text) => pattern.test(text));
    if (column && (FIELDS[kind] as readonly string[]).includes(name)) found[name] = column;
  }
  return found;
}

/** The names of the columns of a CSV file's first line, quotes and all. */
export function headerOf(text: string): string[] {
  const line =
    text
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)
      .find((one) => one.trim() !== "") ?? "";
  const separators = [";", "\t", ","];
  const separator = separators.find((one) => line.includes(one)) ?? ",";
  const cells = line.match(new RegExp(`("([^"]|"")*"|[^${separator}]*)(${separator}|$)`, "g")) ?? [];
  return cells
    .map((cell) =>
      cell
        .replace(new RegExp(`${separator}$`), "")
        .trim()
        .replace(/^"|"$/g, "")
        .replace(/""/g, '"'),
    )
    .filter(Boolean);
}
