// The live table of everything.
import { Button, Group, Paper, SegmentedControl, useMatches } from "@mantine/core";
import { IconPackageOff, IconPlus, IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { rowsOf, stockList } from "../../api/lists";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { ExportMenu } from "../../parts/ExportMenu";
import { ButtonLink } from "../../parts/links";
import { CategorySelect, SearchField, WarehouseSelect } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { useSession } from "../../session/session";
import { BulkBar } from "./BulkBar";
import { ColumnMenu } from "./ColumnMenu";
import { Elsewhere } from "./Elsewhere";
import { STATES, stockRoute } from "./route";
import { StockCards } from "./StockCards";
import { StockTable } from "./StockTable";

type Filters = ReturnType<typeof stockRoute.useSearch>;

/** What the filters ask of the server. */
function queryOf({ q, warehouse, category, state }: Filters) {
  return {
    q,
    warehouse,
    category,
    status:
      state === "available"
        ? ("available" as const)
        : state === "out"
          ? ("out_of_stock" as const)
          : undefined,
    low: state === "low" ? true : undefined,
  };
}

export function Stock() {
  const { t } = useTranslation();
  const { may } = useSession();
  const filters = stockRoute.useSearch();
  const navigate = stockRoute.useNavigate();
  const isNarrow = useMatches({ base: true, sm: false });
  const query = useMemo(() => queryOf(filters), [filters]);
  const list = useInfiniteQuery(stockList(query));
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const set = (change: Partial<Filters>) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const isFiltered = Object.values(filters).some(Boolean);
  const isLacking = filters.warehouse && (!filters.state || filters.state === "available");
  const more = {
    has: list.hasNextPage,
    isBusy: list.isFetchingNextPage,
    read: () => void list.fetchNextPage(),
  };

  return (
    <Screen
      grow
      title={t("nav.stock")}
      about={t(list.hasNextPage ? "stock.rowsMore" : "stock.rows", { count: rows.length })}
      actions={
        <>
          <ExportMenu list="stock" query={query} />
          {!isNarrow && <ColumnMenu />}
          {may("manager") && (
            <ButtonLink to="/products/new" leftSection={<IconPlus size={16} />}>
              {t("product.new")}
            </ButtonLink>
          )}
        </>
      }
    >
      <Group gap="xs">
        <SearchField
          value={filters.q ?? ""}
          onSearch={(q) => set({ q: q || undefined })}
          placeholder={t("stock.search")}
          aria-label={t("stock.search")}
          flex="1 1 220px"
        />
        <WarehouseSelect
          value={filters.warehouse ?? null}
          onChange={(warehouse) => set({ warehouse: warehouse ?? undefined })}
          clearable
          flex="1 1 150px"
          maw={{ sm: 220 }}
        />
        <CategorySelect
          value={filters.category ?? null}
          onChange={(category) => set({ category: category ?? undefined })}
          clearable
          flex="1 1 150px"
          maw={{ sm: 220 }}
        />
        <SegmentedControl
          aria-label={t("word.state")}
          value={filters.state ?? "all"}
          onChange={(state) => set({ state: STATES.find((known) => known === state) })}
          data={[
            { value: "all", label: t("state.all") },
            ...STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
          ]}
        />
        {isFiltered && (
          <Button
            variant="subtle"
            leftSection={<IconX size={16} />}
            onClick={() => navigate({ search: {}, replace: true })}
          >
            {t("stock.clear")}
          </Button>
        )}
      </Group>
      {chosen.size > 0 && <BulkBar rows={rows} chosen={chosen} onDone={() => setChosen(new Set())} />}
      <Paper withBorder style={{ opacity: list.isPlaceholderData ? 0.6 : 1, overflow: "hidden" }}>
        {list.isPending ? (
          <Loading />
        ) : list.isError && rows.length === 0 ? (
          <Failed error={list.error} onRetry={() => list.refetch()} />
        ) : rows.length === 0 ? (
          <Empty
            icon={<IconPackageOff size={40} stroke={1.3} />}
            title={t(isFiltered ? "stock.noMatch" : "stock.empty")}
            hint={t(!isFiltered ? "stock.emptyHint" : isLacking ? "stock.notHere" : "stock.noMatchHint")}
          >
            {filters.warehouse && !filters.q && (
              <Button onClick={() => set({ warehouse: undefined, state: undefined })}>
                {t("stock.whoHas")}
              </Button>
            )}
          </Empty>
        ) : isNarrow ? (
          <StockCards rows={rows} more={more} />
        ) : (
          <StockTable rows={rows} more={more} chosen={chosen} onChoose={setChosen} />
        )}
      </Paper>
      {!list.isPending && !list.isPlaceholderData && <Elsewhere {...filters} rows={rows} />}
    </Screen>
  );
}
