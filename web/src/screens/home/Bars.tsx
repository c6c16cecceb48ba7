import { BarChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";
import type { Counts } from "../../api/types";
import { quantity } from "../../parts/show";
import { labels } from "./moments";

const SERIES = [
  { name: "receipt", color: "teal.6" },
  { name: "issue", color: "indigo.5" },
  { name: "return", color: "cyan.5" },
  { name: "adjustment", color: "grape.4" },
  { name: "transfer", color: "orange.5" },
] as const;

interface Props {
  counts: Counts;
  unit: "hour" | "day";
}

/** Movements of each part of time, stacked by kind. */
export default function Bars({ counts, unit }: Props) {
  const { t } = useTranslation();
  const names = labels(counts, unit);
  const nameOf = (kind: (typeof SERIES)[number]["name"]) =>
    kind === "transfer" ? t("nav.transfers") : t(`kind.${kind}`);
  return (
    <BarChart
      h={180}
      type="stacked"
      data={counts.items.map((item, at) => ({ ...item, at: names[at] }))}
      dataKey="at"
      series={SERIES.map(({ name, color }) => ({ name, color, label: nameOf(name) }))}
      withLegend
      gridAxis="x"
      xAxisProps={{ minTickGap: 24 }}
      valueFormatter={quantity}
      aria-label={unit === "hour" ? t("home.today") : t("home.days", { count: counts.items.length })}
    />
  );
}
