import { Badge, Group, Paper, Select, Table } from "@mantine/core";
import { IconTruck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { rowsOf, transferList } from "../../api/lists";
import { Empty } from "../../parts/Empty";
import { FoldingTable } from "../../parts/FoldingTable";
import { List } from "../../parts/List";
import { AnchorLink, ButtonLink } from "../../parts/links";
import { WarehouseSelect } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { time } from "../../parts/show";
import { useSession } from "../../session/session";
import { TRANSFER_STATES, transfersRoute } from "./route";

export const TRANSFER_COLOURS = {
  draft: "gray",
  dispatched: "blue",
  partially_received: "orange",
  closed: "teal",
  cancelled: "gray",
  pending: "orange",
};

/** Goods on their way from one warehouse to another. */
export function Transfers() {
  const { t } = useTranslation();
  const { may } = useSession();
  const filters = transfersRoute.useSearch();
  const navigate = transfersRoute.useNavigate();
  const set = (change: Partial<typeof filters>) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const list = useInfiniteQuery(transferList(filters));
  const rows = rowsOf(list.data);
  const empty = (
    <Empty
      icon={<IconTruck size={40} stroke={1.3} />}
      title={t("transfer.empty")}
      hint={t("transfer.emptyHint")}
    />
  );
  return (
    <Screen
      title={t("nav.transfers")}
      about={t("transfer.about")}
      actions={may("operator") && <ButtonLink to="/transfers/new">{t("transfer.new")}</ButtonLink>}
    >
      <Group gap="xs">
        <Select
          aria-label={t("word.state")}
          placeholder={t("word.state")}
          data={TRANSFER_STATES.map((value) => ({ value, label: t(`transfer.${value}`) }))}
          value={filters.state ?? null}
          onChange={(state) => set({ state: TRANSFER_STATES.find((known) => known === state) })}
          clearable
          flex="1 1 150px"
          maw={{ sm: 260 }}
        />
        {(["from", "to"] as const).map((end) => (
          <WarehouseSelect
            key={end}
            aria-label={t(`transfer.${end}`)}
            placeholder={t(`transfer.${end}`)}
            value={filters[end] ?? null}
            onChange={(code) => set({ [end]: code ?? undefined })}
            clearable
            flex="1 1 150px"
            maw={{ sm: 260 }}
          />
        ))}
      </Group>
      <Paper withBorder>
        <List list={list} rows={rows} empty={empty}>
          <FoldingTable minWidth={560}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("transfer.id")}</Table.Th>
                <Table.Th>{t("transfer.way")}</Table.Th>
                <Table.Th>{t("word.state")}</Table.Th>
                <Table.Th>{t("transfer.goods")}</Table.Th>
                <Table.Th>{t("word.reference")}</Table.Th>
                <Table.Th>{t("history.when")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td>
                    <AnchorLink to="/transfers/$id" params={{ id: row.id }} size="sm">
                      {row.id}
                    </AnchorLink>
                  </Table.Td>
                  <Table.Td>
                    {row.from} → {row.to}
                  </Table.Td>
                  <Table.Td>
                    <Badge variant="light" color={TRANSFER_COLOURS[row.state]}>
                      {t(`transfer.${row.state}`)}
                    </Badge>
                  </Table.Td>
                  <Table.Td className="card-line">
                    {row.lines
                      .slice(0, 3)
                      .map(({ sku }) => sku)
                      .join(", ")}
                    {row.lines.length > 3 && ` +${row.lines.length - 3}`}
                  </Table.Td>
                  <Table.Td data-label={t("word.reference")}>{row.reference ?? "–"}</Table.Td>
                  <Table.Td>{time(row.dispatched_at ?? row.drafted_at)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </FoldingTable>
        </List>
      </Paper>
    </Screen>
  );
}
