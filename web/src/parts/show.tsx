// Figures and times as people read them.
import { Badge, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import i18n from "i18next";
import { useTranslation } from "react-i18next";
import { settings } from "../api/settings";
import type { Quantity } from "../api/types";

/** A quantity in the reader's notation; exact, for it is never more than 16 digits. */
export function quantity(value: Quantity | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 3 }).format(Number(value));
}

/** Writes money in the company's currency; as a mere number where nobody has said which that is. */
export function useMoney(): (value: number | string | null | undefined) => string {
  const currency = useQuery(settings()).data?.currency ?? undefined;
  return (value) => {
    if (value === null || value === undefined) return "–";
    const shape = { minimumFractionDigits: 2, maximumFractionDigits: 4 };
    const style = currency ? ({ style: "currency", currency } as const) : {};
    return new Intl.NumberFormat(i18n.language, { ...shape, ...style }).format(Number(value));
  };
}

export function time(value: string | null | undefined): string {
  if (!value) return "–";
  const shape = { dateStyle: "medium", timeStyle: "short" } as const;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : new Intl.DateTimeFormat(i18n.language, shape).format(date);
}

export type StockState = "out" | "low" | "available";
const STATE_COLOURS = { out: "red", low: "yellow", available: "teal" };

/** The state of a balance; of an old figure it is only outlined. */
export function StateBadge({ state, isOld = false }: { state: StockState; isOld?: boolean }) {
  const { t } = useTranslation();
  return (
    <Badge variant={isOld ? "outline" : "light"} color={STATE_COLOURS[state]} size="sm" autoContrast>
      {t(`state.${state}`)}
    </Badge>
  );
}

export function Code({ children }: { children: string }) {
  return (
    <Text component="span" className="code" inherit>
      {children}
    </Text>
  );
}
