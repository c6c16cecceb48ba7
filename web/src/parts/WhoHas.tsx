// Where else a product is: how much, how old that figure is, and the way to ask for it.
import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../api/client";
import type { StockRow } from "../api/types";
import { useAges } from "../live/ages";
import { useSession } from "../session/session";
import { Age, figureClass } from "./Age";
import { Empty, Failed, Loading } from "./Empty";
import { ButtonLink, SkuLink } from "./links";
import { quantity } from "./show";

const SHOWN = 20;

/** What is asked for: words or a code, and where it is wanted. */
export interface Wanted {
  q?: string;
  sku?: string;
  category?: string;
  to: string;
}

/** The rows of other warehouses that have some of it. */
export function useWhoHas({ to, ...query }: Wanted) {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["stock", "elsewhere", query],
    queryFn: ({ signal }) =>
      call(
        api.GET("/v1/stock", { params: { query: { ...query, status: "available", limit: SHOWN } }, signal }),
      ),
    staleTime: 5000,
  });
  return { rows: data?.items.filter(({ warehouse }) => warehouse !== to), error, isPending, refetch };
}

function Row({ row, to, onLeave }: { row: StockRow; to: string; onLeave?: () => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const age = useAges().of(row);
  const search = { from: row.warehouse, to, sku: row.sku };
  return (
    <Group
      role="listitem"
      justify="space-between"
      gap="xs"
      py={7}
      style={{ borderTop: "1px solid var(--frame-line)" }}
    >
      <div style={{ flex: "1 1 200px", minWidth: 0 }}>
        <Text size="sm" fw={500} truncate>
          {row.name}
        </Text>
        <Group gap="xs">
          <SkuLink sku={row.sku} />
          <Text size="sm">{row.warehouse}</Text>
          <Age of={age} />
        </Group>
      </div>
      <Text size="sm" className={figureClass(age)} title={t("word.available")}>
        <Text component="span" inherit fw={650}>
          {quantity(row.available)}
        </Text>{" "}
        {t("elsewhere.available")}
      </Text>
      {may("operator") && (
        <ButtonLink to="/transfers/new" search={search} variant="light" size="compact-md" onClick={onLeave}>
          {t("elsewhere.request")}
        </ButtonLink>
      )}
    </Group>
  );
}

/** Who has it, most useful first as the server orders them; what to do where nobody has. */
export function WhoHas({ onLeave, ...wanted }: Wanted & { onLeave?: () => void }) {
  const { t } = useTranslation();
  const { rows, error, isPending, refetch } = useWhoHas(wanted);
  if (isPending) return <Loading />;
  if (!rows) return <Failed error={error} onRetry={refetch} />;
  if (rows.length === 0) return <Empty title={t("elsewhere.nobody")} hint={t("elsewhere.nobodyHint")} />;
  return (
    <div role="list" aria-label={t("elsewhere.title")}>
      {rows.map((row) => (
        <Row key={`${row.warehouse} ${row.sku}`} row={row} to={wanted.to} onLeave={onLeave} />
      ))}
    </div>
  );
}
