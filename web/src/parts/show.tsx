// Figures and times as people read them.
import { Badge, Text, Tooltip } from "@mantine/core";
import i18n from "i18next";
import { useTranslation } from "react-i18next";
import type { Quantity } from "../api/types";

/** A quantity in the reader's notation; exact, for it is never more than 16 digits. */
export function quantity(value: Quantity | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 3 }).format(Number(value));
}

export function money(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const shape = { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  return new Intl.NumberFormat(i18n.language, shape).format(Number(value));
}

export function time(value: string | null | undefined): string {
  if (!value) return "–";
  const shape = { dateStyle: "medium", timeStyle: "short" } as const;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : new Intl.DateTimeFormat(i18n.language, shape).format(date);
}

const STEPS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

/** How long ago, in the largest unit that fits. */
export function ago(ms: number): string {
  const [unit, size] = STEPS.find(([, size]) => ms >= size) ?? (["second", 1000] as const);
  const format = new Intl.RelativeTimeFormat(i18n.language, { numeric: "auto", style: "short" });
  return format.format(-Math.floor(ms / size), unit);
}

/** The age of a figure: only the answering node's own are live. */
export function Age({ ms }: { ms: number }) {
  const { t } = useTranslation();
  if (ms === 0) {
    return (
      <Badge variant="light" color="teal" size="sm">
        {t("stock.live")}
      </Badge>
    );
  }
  return (
    <Tooltip label={t("stock.ageHint")}>
      <Badge variant="light" color="orange" size="sm">
        {ago(ms)}
      </Badge>
    </Tooltip>
  );
}

export type StockState = "out" | "low" | "available";
const STATE_COLOURS = { out: "red", low: "yellow", available: "teal" };

export function StateBadge({ state }: { state: StockState }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={STATE_COLOURS[state]} size="sm" autoContrast>
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
