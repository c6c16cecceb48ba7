// Rows of stock for a wide screen: only those in view are drawn.
import { Box, Checkbox, VisuallyHidden } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { StockRow } from "../../api/types";
import { useAges } from "../../live/ages";
import { Age, figureClass } from "../../parts/Age";
import { AnchorLink } from "../../parts/links";
import { Code, quantity, StateBadge } from "../../parts/show";
import { useSession } from "../../session/session";
import { type ColumnName, useColumns } from "./columns";
import { QuickEdit } from "./QuickEdit";
import { RowMenu } from "./RowMenu";
import { rowKey, useStateOf } from "./useShortages";

const ROW_PIXELS = 44;
const AHEAD_ROWS = 150;
const FIGURES: ColumnName[] = ["on_hand", "reserved", "on_hold", "available", "incoming"];

export interface More {
  has: boolean;
  isBusy: boolean;
  read: () => void;
}

interface Props {
  rows: StockRow[];
  more: More;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

export function StockTable({ rows, more, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  const ages = useAges();
  const { shown } = useColumns(ages.hasOthers || 0 < ages.stale.length ? ["age"] : []);
  const stateOf = useStateOf();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 12,
  });
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (more.has && !more.isBusy && rows.length - AHEAD_ROWS <= last) more.read();
  }, [last, more, rows.length]);

  const canWork = may("operator");
  const widths = ["minmax(180px, 3fr)", ...shown.map(({ width }) => width)];
  const gridTemplateColumns = canWork ? ["20px", ...widths, "34px"].join(" ") : widths.join(" ");
  const choose = (key: string, is: boolean) => {
    const next = new Set(chosen);
    if (is) next.add(key);
    else next.delete(key);
    onChoose(next);
  };
  const cell = (row: StockRow, name: ColumnName) => {
    if (name === "sku") return <Code>{row.sku}</Code>;
    if (name === "warehouse") return row.warehouse;
    if (name === "state") return <StateBadge state={stateOf(row)} isOld={!ages.of(row).isLive} />;
    if (name === "age") return <Age of={ages.of(row)} />;
    if (name === "on_hand" && may("operator", row.warehouse)) return <QuickEdit row={row} />;
    return quantity(row[name]);
  };

  return (
    <Box
      ref={box}
      role="table"
      aria-rowcount={more.has ? -1 : rows.length}
      className="stock-box"
      tabIndex={0}
      aria-label={t("nav.stock")}
    >
      <div role="row" className="grid-row grid-head" style={{ gridTemplateColumns, height: 40 }}>
        {canWork && (
          <span role="columnheader">
            <Checkbox
              size="xs"
              aria-label={t("stock.chooseAll")}
              checked={chosen.size > 0 && chosen.size === rows.length}
              indeterminate={chosen.size > 0 && chosen.size < rows.length}
              onChange={(event) => onChoose(new Set(event.currentTarget.checked ? rows.map(rowKey) : []))}
            />
          </span>
        )}
        <span role="columnheader">{t("word.product")}</span>
        {shown.map(({ name }) => (
          <span role="columnheader" key={name} className={FIGURES.includes(name) ? "number" : undefined}>
            {t(`word.${name}`)}
          </span>
        ))}
        {canWork && (
          <span role="columnheader">
            <VisuallyHidden>{t("stock.actions")}</VisuallyHidden>
          </span>
        )}
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const key = rowKey(row);
          const figure = figureClass(ages.of(row));
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 1}
              className="grid-row body"
              style={{
                gridTemplateColumns,
                height: ROW_PIXELS,
                position: "absolute",
                inset: "0 0 auto 0",
                transform: `translateY(${start}px)`,
              }}
            >
              {canWork && (
                <span role="cell">
                  <Checkbox
                    size="xs"
                    aria-label={t("stock.choose", { sku: row.sku, warehouse: row.warehouse })}
                    checked={chosen.has(key)}
                    onChange={(event) => choose(key, event.currentTarget.checked)}
                  />
                </span>
              )}
              <span role="cell" className="clip">
                <AnchorLink to="/products/$sku" params={{ sku: row.sku }} title={row.name} size="sm">
                  {row.name}
                </AnchorLink>
              </span>
              {shown.map(({ name }) => (
                <span
                  role="cell"
                  key={`${name}-${FIGURES.includes(name) ? row[name as "on_hand"] : ""}`}
                  className={FIGURES.includes(name) ? figure : "clip"}
                >
                  {cell(row, name)}
                </span>
              ))}
              {canWork && (
                <span role="cell">
                  <RowMenu row={row} />
                </span>
              )}
            </div>
          );
        })}
      </div>
    </Box>
  );
}
