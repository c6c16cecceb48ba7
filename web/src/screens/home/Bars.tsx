import { BarChart } from "@mantine/charts";
import i18n from "i18next";
import { useTranslation } from "react-i18next";
import { quantity } from "../../parts/show";

const SERIES = [
  { name: "receipt", color: "teal.6" },
  { name: "issue", color: "indigo.5" },
  { name: "return", color: "cyan.5" },
  { name: "adjustment", color: "grape.4" },
] as const;

interface Props {
  items: { from: string; receipt: number; issue: number; return: number; adjustment: number }[];
  unit: "hour" | "day";
}

export default function Bars({ items, unit }: Props) {
  const { t } = useTranslation();
  const shape: Intl.DateTimeFormatOptions =
    unit === "hour" ? { hour: "2-digit", hourCycle: "h23" } : { day: "numeric", month: "short" };
  const format = new Intl.DateTimeFormat(i18n.language, shape);
  return (
    <BarChart
      h={180}
      type="stacked"
      data={items.map((item) => ({ ...item, at: format.format(new Date(item.from)) }))}
      dataKey="at"
      series={SERIES.map(({ name, color }) => ({ name, color, label: t(`kind.${name}`) }))}
      withLegend
      gridAxis="x"
      xAxisProps={{ minTickGap: 24 }}
      valueFormatter={quantity}
      aria-label={t(unit === "hour" ? "home.today" : "home.weeks")}
    />
  );
}
