// Which balances are short, as the server's alerts say.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { shortages } from "../../api/lists";
import type { StockRow } from "../../api/types";
import type { StockState } from "../../parts/show";

export const rowKey = ({ warehouse, sku }: { warehouse: string; sku: string }) => `${warehouse}\n${sku}`;

export function useStateOf(): (row: StockRow) => StockState {
  const { data } = useQuery(shortages());
  return useMemo(() => {
    const short = new Set(data?.items.map(rowKey));
    return (row) => (Number(row.available) === 0 ? "out" : short.has(rowKey(row)) ? "low" : "available");
  }, [data]);
}
