// How old figures are, as people read it.
import { Badge, Text, Tooltip } from "@mantine/core";
import { IconClockExclamation } from "@tabler/icons-react";
import i18n from "i18next";
import { useTranslation } from "react-i18next";
import type { Freshness } from "../live/freshness";

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
] as const;
/** Below this, tenths of seconds say something. */
const TENTHS_MS = 10_000;

/** A length of time in the largest unit that fits: `0.3 s`, `5 min`. */
export function span(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => size <= ms) ?? (["s", 1000] as const);
  const digits = ms < TENTHS_MS ? 1 : 0;
  const shape = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const value = digits === 0 ? Math.floor(ms / size) : Math.max(0.1, ms / size);
  return `${new Intl.NumberFormat(i18n.language, shape).format(value)} ${unit}`;
}

/** The age of a figure: quiet while the figure is that of now, marked where it is not. */
export function Age({ of: { ms, isLive, isOwn } }: { of: Freshness }) {
  const { t } = useTranslation();
  if (!isLive) {
    return (
      <Tooltip label={t("age.oldHint")} multiline maw={260}>
        <Badge
          variant="light"
          color="orange"
          size="sm"
          leftSection={<IconClockExclamation size={12} aria-hidden />}
        >
          {t("age.old", { span: span(ms) })}
        </Badge>
      </Tooltip>
    );
  }
  if (isOwn) {
    return (
      <Badge variant="light" color="teal" size="sm">
        {t("age.live")}
      </Badge>
    );
  }
  return (
    <Text component="span" size="xs" c="dimmed" title={t("age.freshHint", { span: span(ms) })}>
      {span(ms)}
    </Text>
  );
}

/** The mark of figures that are not those of now; nothing beside others. */
export function Stale({ of }: { of: Freshness }) {
  return of.isLive ? null : <Age of={of} />;
}

/** The class of figures, by whether they are those of now. */
export function figureClass({ isLive }: Freshness): string {
  return isLive ? "number" : "number stale";
}
