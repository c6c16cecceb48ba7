// Movements, newest first, with undo.
import { Badge, Button, Table, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconHistoryOff } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command } from "../../api/client";
import { movementList, rowsOf } from "../../api/lists";
import type { Movement, MovementQuery } from "../../api/types";
import { ActionsHead } from "../../parts/ActionsHead";
import { Empty } from "../../parts/Empty";
import { FoldingTable } from "../../parts/FoldingTable";
import { List } from "../../parts/List";
import { SkuLink } from "../../parts/links";
import { quantity, time } from "../../parts/show";
import { failed, told } from "../../parts/tell";
import { useSession } from "../../session/session";

export const COLOURS: Partial<Record<Movement["kind"], string>> = {
  receipt: "teal",
  issue: "blue",
  return: "cyan",
  adjustment: "grape",
};
/** Kinds that take goods away carry their quantity without a sign. */
const OUT: Movement["kind"][] = ["issue", "dispatch", "loss"];

export function Signed({ movement }: { movement: Pick<Movement, "kind" | "quantity" | "undoes"> }) {
  const isOut = OUT.includes(movement.kind) !== Boolean(movement.undoes);
  const value = Number(movement.quantity);
  const minus = value < 0 || (isOut && movement.kind !== "adjustment");
  return (
    <Text component="span" inherit fw={600} c={minus ? undefined : "teal"}>
      {minus ? "−" : "+"}
      {quantity(Math.abs(value))}
    </Text>
  );
}

function UndoButton({ movement }: { movement: Movement }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const undo = useMutation({
    mutationFn: () =>
      command(api.POST("/v1/movements/{id}/undo", { params: { path: { id: movement.id } }, body: {} })),
    onSuccess: (done) => {
      if (waits(done)) return;
      told(t("history.undone"));
      queries.invalidateQueries({ queryKey: ["movements"] });
      queries.invalidateQueries({ queryKey: ["product-stock", movement.sku] });
    },
    onError: (error) => failed(error),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: t("history.undoTitle"),
      children: t("history.undoText", { sku: movement.sku, warehouse: movement.warehouse }),
      labels: { confirm: t("history.undo"), cancel: t("frame.cancel") },
      onConfirm: () => undo.mutate(),
    });
  return (
    <Button variant="subtle" size="compact-sm" onClick={ask} loading={undo.isPending}>
      {t("history.undo")}
    </Button>
  );
}

interface Props {
  query: Omit<MovementQuery, "limit" | "cursor">;
  without?: ("sku" | "warehouse")[];
}

export function Movements({ query, without = [] }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  const list = useInfiniteQuery(movementList(query));
  const rows = rowsOf(list.data);
  const empty = (
    <Empty
      icon={<IconHistoryOff size={40} stroke={1.3} />}
      title={t("history.empty")}
      hint={t("history.emptyHint")}
    />
  );
  return (
    <List list={list} rows={rows} empty={empty}>
      <FoldingTable minWidth={760}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("history.when")}</Table.Th>
            <Table.Th>{t("word.kind")}</Table.Th>
            {!without.includes("sku") && <Table.Th>SKU</Table.Th>}
            <Table.Th>{t("word.warehouse")}</Table.Th>
            <Table.Th className="number">{t("word.quantity")}</Table.Th>
            <Table.Th className="number">{t("history.after")}</Table.Th>
            <Table.Th>{t("history.why")}</Table.Th>
            <Table.Th>{t("word.actor")}</Table.Th>
            <ActionsHead />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td title={row.stamp} className="card-line" style={{ whiteSpace: "nowrap" }}>
                {time(query.time === "occurred" ? row.occurred_at : row.stamp)}
              </Table.Td>
              <Table.Td>
                <Badge variant="light" color={COLOURS[row.kind] ?? "gray"}>
                  {t(`kind.${row.kind}`)}
                </Badge>
              </Table.Td>
              {!without.includes("sku") && (
                <Table.Td>
                  <SkuLink sku={row.sku} />
                </Table.Td>
              )}
              <Table.Td>{row.warehouse}</Table.Td>
              <Table.Td className="number">
                <Signed movement={row} />
              </Table.Td>
              <Table.Td className="number" data-label={t("history.after")}>
                {quantity(row.on_hand)}
              </Table.Td>
              <Table.Td className="card-line">
                <Text size="sm" lineClamp={2} maw={240} style={{ overflowWrap: "anywhere" }}>
                  {[row.reason, row.reference].filter(Boolean).join(" · ") || "–"}
                </Text>
              </Table.Td>
              <Table.Td data-label={t("word.actor")}>{row.actor}</Table.Td>
              <Table.Td className="card-end">
                {row.undone_by ? (
                  <Badge color="gray" variant="light">
                    {t("history.isUndone")}
                  </Badge>
                ) : row.undoes ? (
                  <Badge color="gray" variant="light">
                    {t("history.isUndo")}
                  </Badge>
                ) : (
                  may("operator", row.warehouse) && <UndoButton movement={row} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </FoldingTable>
    </List>
  );
}
