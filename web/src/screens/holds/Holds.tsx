import { Button, Group, Paper, Table } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconLockOpen } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command } from "../../api/client";
import { holdList, rowsOf } from "../../api/lists";
import type { Hold } from "../../api/types";
import { ActionsHead } from "../../parts/ActionsHead";
import { Empty } from "../../parts/Empty";
import { FoldingTable } from "../../parts/FoldingTable";
import { List } from "../../parts/List";
import { SkuLink } from "../../parts/links";
import { WarehouseSelect } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { quantity, time } from "../../parts/show";
import { failed, told } from "../../parts/tell";
import { useSession } from "../../session/session";
import { holdsRoute } from "./route";

/** Stock that is on hand but must not be used. */
export function Holds() {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const filters = holdsRoute.useSearch();
  const navigate = holdsRoute.useNavigate();
  const list = useInfiniteQuery(holdList({ ...filters, state: "held" }));
  const rows = rowsOf(list.data);
  const release = (hold: Hold) =>
    modals.openConfirmModal({
      title: t("hold.releaseTitle"),
      children: t("hold.releaseText", {
        value: quantity(hold.quantity),
        sku: hold.sku,
        warehouse: hold.warehouse,
      }),
      labels: { confirm: t("hold.release"), cancel: t("frame.cancel") },
      onConfirm: async () => {
        try {
          const params = { path: { id: hold.id } };
          const done = await command(api.POST("/v1/holds/{id}/release", { params, body: {} }));
          if (!waits(done)) told(t("hold.released"));
          queries.invalidateQueries({ queryKey: ["holds"] });
        } catch (error) {
          failed(error);
        }
      },
    });
  return (
    <Screen title={t("nav.holds")} about={t("hold.about")}>
      <Group>
        <WarehouseSelect
          value={filters.warehouse ?? null}
          onChange={(warehouse) =>
            navigate({ search: (before) => ({ ...before, warehouse: warehouse ?? undefined }) })
          }
          clearable
          flex="1 1 150px"
          maw={{ sm: 260 }}
        />
      </Group>
      <Paper withBorder>
        <List
          list={list}
          rows={rows}
          empty={
            <Empty
              icon={<IconLockOpen size={40} stroke={1.3} />}
              title={t("hold.empty")}
              hint={t("hold.emptyHint")}
            />
          }
        >
          <FoldingTable minWidth={620}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>SKU</Table.Th>
                <Table.Th>{t("word.warehouse")}</Table.Th>
                <Table.Th className="number">{t("word.quantity")}</Table.Th>
                <Table.Th>{t("word.reason")}</Table.Th>
                <Table.Th>{t("word.actor")}</Table.Th>
                <Table.Th>{t("history.when")}</Table.Th>
                <ActionsHead />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((hold) => (
                <Table.Tr key={hold.id}>
                  <Table.Td>
                    <SkuLink sku={hold.sku} />
                  </Table.Td>
                  <Table.Td>{hold.warehouse}</Table.Td>
                  <Table.Td className="number" data-label={t("word.quantity")}>
                    {quantity(hold.quantity)}
                  </Table.Td>
                  <Table.Td className="card-line">{hold.reason}</Table.Td>
                  <Table.Td data-label={t("word.actor")}>{hold.actor ?? "–"}</Table.Td>
                  <Table.Td>{time(hold.held_at)}</Table.Td>
                  <Table.Td className="card-end">
                    {may("operator", hold.warehouse) && (
                      <Button variant="light" size="compact-sm" onClick={() => release(hold)}>
                        {t("hold.release")}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </FoldingTable>
        </List>
      </Paper>
    </Screen>
  );
}
