// Reorder rules as rows.
import { ActionIcon, Group, Table } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconAdjustmentsOff, IconPencil, IconTrash } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command, ifMatch } from "../../api/client";
import { rowsOf, ruleList } from "../../api/lists";
import type { ReorderRule } from "../../api/types";
import { ActionsHead } from "../../parts/ActionsHead";
import { Empty } from "../../parts/Empty";
import { FoldingTable } from "../../parts/FoldingTable";
import { List } from "../../parts/List";
import { SkuLink } from "../../parts/links";
import { quantity } from "../../parts/show";
import { failed, told } from "../../parts/tell";
import { useSession } from "../../session/session";
import { openRule } from "./openRule";

export function Rules({ query, without }: { query: { sku?: string; warehouse?: string }; without?: "sku" }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const list = useInfiniteQuery(ruleList(query));
  const rows = rowsOf(list.data);
  const remove = (rule: ReorderRule) =>
    modals.openConfirmModal({
      title: t("rule.removeTitle"),
      children: t("rule.removeText", { sku: rule.sku, warehouse: rule.warehouse }),
      labels: { confirm: t("rule.remove"), cancel: t("frame.cancel") },
      confirmProps: { color: "red" },
      onConfirm: async () => {
        const path = { code: rule.warehouse, sku: rule.sku };
        try {
          const done = await command(
            api.DELETE("/v1/warehouses/{code}/reorder-rules/{sku}", {
              params: { path, header: ifMatch(rule.version) },
            }),
          );
          if (!waits(done)) told(t("rule.removed"));
          queries.invalidateQueries({ queryKey: ["rules"] });
        } catch (error) {
          failed(error);
        }
      },
    });
  const empty = (
    <Empty
      icon={<IconAdjustmentsOff size={36} stroke={1.3} />}
      title={t("rule.empty")}
      hint={t("rule.emptyHint")}
    />
  );
  return (
    <List list={list} rows={rows} empty={empty}>
      <FoldingTable minWidth={without ? 260 : 520}>
        <Table.Thead>
          <Table.Tr>
            {without !== "sku" && <Table.Th>SKU</Table.Th>}
            <Table.Th>{t("word.warehouse")}</Table.Th>
            <Table.Th className="number">{t("rule.minimum")}</Table.Th>
            <Table.Th className="number">{t("rule.target")}</Table.Th>
            <Table.Th className="number">{t("rule.multiple")}</Table.Th>
            <ActionsHead />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((rule) => (
            <Table.Tr key={`${rule.warehouse} ${rule.sku}`}>
              {without !== "sku" && (
                <Table.Td>
                  <SkuLink sku={rule.sku} />
                </Table.Td>
              )}
              <Table.Td>{rule.warehouse}</Table.Td>
              <Table.Td className="number" data-label={t("rule.minimum")}>
                {quantity(rule.minimum)}
              </Table.Td>
              <Table.Td className="number" data-label={t("rule.target")}>
                {quantity(rule.target)}
              </Table.Td>
              <Table.Td className="number" data-label={t("rule.multiple")}>
                {quantity(rule.multiple)}
              </Table.Td>
              <Table.Td className="card-end">
                {may("manager", rule.warehouse) && (
                  <Group gap={4} wrap="nowrap" justify="flex-end">
                    <ActionIcon
                      variant="subtle"
                      aria-label={t("rule.edit", { sku: rule.sku, warehouse: rule.warehouse })}
                      onClick={() => openRule([rule], undefined, rule)}
                    >
                      <IconPencil size={16} />
                    </ActionIcon>
                    <ActionIcon
                      variant="subtle"
                      color="red"
                      aria-label={t("rule.removeOf", { sku: rule.sku, warehouse: rule.warehouse })}
                      onClick={() => remove(rule)}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Group>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </FoldingTable>
    </List>
  );
}
