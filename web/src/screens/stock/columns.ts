// The columns of the stock table, and which of them somebody wants to see.
import { useLocalStorage } from "@mantine/hooks";

export const COLUMNS = [
  { name: "sku", width: "minmax(110px, 1fr)" },
  { name: "warehouse", width: "84px" },
  { name: "on_hand", width: "110px" },
  { name: "reserved", width: "96px" },
  { name: "on_hold", width: "96px" },
  { name: "available", width: "110px" },
  { name: "incoming", width: "96px" },
  { name: "state", width: "104px" },
  { name: "age", width: "84px" },
] as const;

export type ColumnName = (typeof COLUMNS)[number]["name"];
const HIDDEN_AT_FIRST: ColumnName[] = ["incoming", "reserved", "age"];

export function useColumns() {
  const [hidden, setHidden] = useLocalStorage<ColumnName[]>({
    key: "acopio.stock.hidden",
    defaultValue: HIDDEN_AT_FIRST,
  });
  const shown = COLUMNS.filter(({ name }) => !hidden.includes(name));
  const flip = (name: ColumnName) =>
    setHidden(hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name]);
  return { shown, hidden, flip };
}
