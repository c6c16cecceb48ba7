// The columns of the stock table, and which of them somebody wants to see.
import { useLocalStorage } from "@mantine/hooks";

export const COLUMNS = [
  { name: "sku", width: "minmax(92px, 1fr)" },
  { name: "warehouse", width: "80px" },
  { name: "on_hand", width: "80px" },
  { name: "reserved", width: "76px" },
  { name: "on_hold", width: "72px" },
  { name: "available", width: "80px" },
  { name: "incoming", width: "76px" },
  { name: "state", width: "88px" },
  { name: "age", width: "100px" },
] as const;

export type ColumnName = (typeof COLUMNS)[number]["name"];
const HIDDEN_AT_FIRST: ColumnName[] = ["incoming", "reserved", "age"];

/** The columns to show; `needed` ones are shown whatever somebody has chosen. */
export function useColumns(needed: ColumnName[] = []) {
  const [hidden, setHidden] = useLocalStorage<ColumnName[]>({
    key: "acopio.stock.hidden",
    defaultValue: HIDDEN_AT_FIRST,
  });
  const shown = COLUMNS.filter(({ name }) => needed.includes(name) || !hidden.includes(name));
  const flip = (name: ColumnName) =>
    setHidden(hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name]);
  return { shown, hidden, flip };
}
