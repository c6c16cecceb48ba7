// Rows of stock for a phone.
import { Box, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { StockRow } from "../../api/types";
import { useAges } from "../../live/ages";
import { Age, figureClass } from "../../parts/Age";
import { Code, quantity, StateBadge } from "../../parts/show";
import type { More } from "./StockTable";
import { rowKey, useStateOf } from "./useShortages";

const CARD_PIXELS = 76;

export function StockCards({ rows, more }: { rows: StockRow[]; more: More }) {
  const { t } = useTranslation();
  const stateOf = useStateOf();
  const ages = useAges();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => CARD_PIXELS,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more.has && !more.isBusy && rows.length - 30 <= last) more.read();
  }, [last, more, rows.length]);
  return (
    <Box
      ref={box}
      role="list"
      aria-label={t("nav.stock")}
      style={{ height: "calc(100dvh - 390px)", minHeight: 330, overflow: "auto" }}
    >
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const age = ages.of(row);
          return (
            <div
              key={rowKey(row)}
              role="listitem"
              style={{ position: "absolute", inset: "0 0 auto 0", transform: `translateY(${start}px)` }}
            >
              <Link
                to="/products/$sku"
                params={{ sku: row.sku }}
                className="grid-row body"
                style={{
                  gridTemplateColumns: "1fr auto",
                  height: CARD_PIXELS,
                  color: "inherit",
                  textDecoration: "none",
                }}
              >
                <div className="clip">
                  <Text size="sm" fw={500} truncate>
                    {row.name}
                  </Text>
                  <Group gap={6} wrap="nowrap">
                    <Text size="xs" c="dimmed" className="clip">
                      {row.warehouse} · <Code>{row.sku}</Code>
                    </Text>
                    {age.isLive && <StateBadge state={stateOf(row)} />}
                    {!(age.isOwn && age.isLive) && <Age of={age} />}
                  </Group>
                </div>
                <div className={figureClass(age)}>
                  <Text fw={650} size="lg" lh={1.1}>
                    {quantity(row.available)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t("stock.ofOnHand", { value: quantity(row.on_hand) })}
                  </Text>
                </div>
              </Link>
            </div>
          );
        })}
      </div>
    </Box>
  );
}
