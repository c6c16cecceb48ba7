import { Badge, Button, Group, Paper, Table } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, call, command } from "../../api/client";
import { Failed, Loading } from "../../parts/Empty";
import { FoldingTable } from "../../parts/FoldingTable";
import { SkuLink } from "../../parts/links";
import { Screen } from "../../parts/Screen";
import { quantity, time } from "../../parts/show";
import { failed, told } from "../../parts/tell";
import { useSession } from "../../session/session";
import { openOutcome } from "./openOutcome";
import { transferRoute } from "./route";
import { TRANSFER_COLOURS } from "./Transfers";

const FIGURES = [
  "asked",
  "dispatched",
  "accepted",
  "rejected",
  "on_the_road",
  "missing",
  "found",
  "lost",
] as const;

export function TransferPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const { id } = transferRoute.useParams();
  const params = { path: { id } };
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["transfers", "one", id],
    queryFn: ({ signal }) => call(api.GET("/v1/transfers/{id}", { params, signal })),
  });
  const step = useMutation({
    mutationFn: (what: "dispatch" | "cancel") =>
      what === "dispatch"
        ? command(api.POST("/v1/transfers/{id}/dispatch", { params }))
        : command(api.POST("/v1/transfers/{id}/cancel", { params, body: {} })),
    onSuccess: (done, what) => {
      if (!waits(done)) told(t(what === "dispatch" ? "transfer.isDispatched" : "transfer.isCancelled"));
    },
    onError: (problem) => failed(problem),
    onSettled: () => queries.invalidateQueries({ queryKey: ["transfers"] }),
  });
  if (isPending) return <Loading />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  const cancel = () =>
    modals.openConfirmModal({
      title: t("transfer.cancelTitle"),
      children: t("transfer.cancelText"),
      labels: { confirm: t("transfer.cancel"), cancel: t("frame.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => step.mutate("cancel"),
    });
  const isOnTheRoad = data.state === "dispatched" || data.state === "partially_received";
  const hasMissing = data.lines.some(({ missing }) => Number(missing) !== 0);
  return (
    <Screen
      title={`${data.from} → ${data.to}`}
      about={
        <Group gap="xs">
          <Badge color={TRANSFER_COLOURS[data.state]}>{t(`transfer.${data.state}`)}</Badge>
          {data.id} · {data.reference}
        </Group>
      }
      actions={
        <>
          {data.state === "draft" && may("operator", data.from) && (
            <>
              <Button variant="default" onClick={cancel}>
                {t("transfer.cancel")}
              </Button>
              <Button loading={step.isPending} onClick={() => step.mutate("dispatch")}>
                {t("transfer.dispatch")}
              </Button>
            </>
          )}
          {hasMissing && may("operator", data.to) && (
            <Button variant="default" onClick={() => openOutcome(data, "settle")}>
              {t("transfer.settle")}
            </Button>
          )}
          {isOnTheRoad && may("operator", data.to) && (
            <Button onClick={() => openOutcome(data, "receive")}>{t("transfer.receive")}</Button>
          )}
        </>
      }
    >
      <Paper withBorder>
        <FoldingTable minWidth={720}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>SKU</Table.Th>
              {FIGURES.map((name) => (
                <Table.Th key={name} className="number">
                  {t(`transfer.${name}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.lines.map((line) => (
              <Table.Tr key={line.sku}>
                <Table.Td className="card-line">
                  <SkuLink sku={line.sku} />
                </Table.Td>
                {FIGURES.map((name) => (
                  <Table.Td key={name} className="number" data-label={t(`transfer.${name}`)}>
                    {quantity(line[name])}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </FoldingTable>
      </Paper>
      <Paper withBorder p="md" maw={560}>
        <Table variant="vertical">
          <Table.Tbody>
            {(["drafted", "dispatched", "received", "cancelled"] as const).map((name) => (
              <Table.Tr key={name}>
                <Table.Th w="40%" fw={500}>
                  {t(`transfer.${name}At`)}
                </Table.Th>
                <Table.Td>
                  {time(data[`${name}_at`])} {data[`${name}_by`]}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
    </Screen>
  );
}
