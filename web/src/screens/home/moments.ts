// Parts of time as the axis of a chart names them, in the company's time zone.
import i18n from "i18next";
import type { Counts } from "../../api/types";

export function labels(counts: Counts, unit: "hour" | "day"): string[] {
  const shape: Intl.DateTimeFormatOptions =
    unit === "hour" ? { hour: "2-digit", hourCycle: "h23" } : { day: "numeric", month: "short" };
  const format = new Intl.DateTimeFormat(i18n.language, { ...shape, timeZone: counts.time_zone });
  return counts.items.map(({ from }) => format.format(new Date(from)));
}
