// A result as CSV by RFC 4180, for spreadsheet programs too.

/** How a text begins that spreadsheet programs would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const BOM = "\uFEFF";

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(columns: string[], rows: unknown[][]): string {
  return BOM + [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
