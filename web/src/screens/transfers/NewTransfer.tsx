import { ActionIcon, Alert, Button, Group, Paper, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, Fragment, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command, newKey } from "../../api/client";
import { ApiProblem, explain } from "../../api/problem";
import { WarehouseSelect } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { told } from "../../parts/tell";
import { typed } from "../stock/QuickEdit";
import { newTransferRoute } from "./route";
import { StockThere } from "./StockThere";

interface Line {
  id: number;
  sku: string;
  quantity: string;
}

export function NewTransfer() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const begin = newTransferRoute.useSearch();
  const [from, setFrom] = useState<string | null>(begin.from ?? null);
  const [to, setTo] = useState<string | null>(begin.to ?? null);
  const [reference, setReference] = useState("");
  const [lines, setLines] = useState<Line[]>([{ id: 0, sku: begin.sku ?? "", quantity: "" }]);
  const key = useRef(newKey());
  const post = useMutation({
    mutationFn: (dispatch: boolean) =>
      command(
        api.POST("/v1/transfers", {
          params: { header: { "Idempotency-Key": key.current } },
          body: {
            from: from ?? "",
            to: to ?? "",
            lines: lines.map(({ sku, quantity }) => ({ sku: sku.trim(), quantity: typed(quantity) })),
            reference: reference || undefined,
            dispatch,
          },
        }),
      ),
    onSuccess: (done) => {
      queries.invalidateQueries({ queryKey: ["transfers"] });
      if (waits(done)) return navigate({ to: "/operations/$id", params: { id: done.operation } });
      told(t("transfer.made"));
      navigate({ to: "/transfers/$id", params: { id: done.id } });
    },
    // What was decided is another request when it is sent again; what was lost is the same.
    onError: (error) => {
      if (!(error instanceof ApiProblem) || !error.isPassing) key.current = newKey();
    },
  });
  const change = (id: number, with_: Partial<Line>) =>
    setLines(lines.map((line) => (line.id === id ? { ...line, ...with_ } : line)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    post.mutate(false);
  };
  return (
    <Screen title={t("transfer.new")} about={t("transfer.newAbout")}>
      <Paper withBorder p="md" maw={720}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            {post.isError && (
              <Alert color="red" role="alert">
                {explain(post.error)}
              </Alert>
            )}
            <Group grow>
              <WarehouseSelect
                label={t("transfer.from")}
                aria-label={undefined}
                value={from}
                onChange={setFrom}
                required
              />
              <WarehouseSelect
                label={t("transfer.to")}
                aria-label={undefined}
                value={to}
                onChange={setTo}
                required
              />
            </Group>
            {lines.map((line) => (
              <Fragment key={line.id}>
                <Group gap="xs" wrap="nowrap" align="flex-end">
                  <TextInput
                    label="SKU"
                    value={line.sku}
                    onChange={(event) => change(line.id, { sku: event.currentTarget.value })}
                    flex={2}
                    required
                  />
                  <TextInput
                    label={t("word.quantity")}
                    value={line.quantity}
                    onChange={(event) => change(line.id, { quantity: event.currentTarget.value })}
                    inputMode="decimal"
                    autoFocus={line.id === 0 && Boolean(begin.from && begin.to && begin.sku)}
                    flex={1}
                    required
                  />
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    size={36}
                    aria-label={t("transfer.removeLine", { sku: line.sku })}
                    disabled={lines.length === 1}
                    onClick={() => setLines(lines.filter(({ id }) => id !== line.id))}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Group>
                {from && <StockThere sku={line.sku} warehouse={from} />}
              </Fragment>
            ))}
            <Button
              variant="subtle"
              w="fit-content"
              leftSection={<IconPlus size={16} />}
              onClick={() => setLines([...lines, { id: (lines.at(-1)?.id ?? 0) + 1, sku: "", quantity: "" }])}
            >
              {t("transfer.addLine")}
            </Button>
            <TextInput
              label={t("word.reference")}
              value={reference}
              onChange={(event) => setReference(event.currentTarget.value)}
            />
            <Group>
              <Button type="submit" loading={post.isPending}>
                {t("transfer.draftIt")}
              </Button>
              <Button
                variant="default"
                loading={post.isPending}
                disabled={!from || !to || lines.some(({ sku, quantity }) => !sku || !quantity)}
                onClick={() => post.mutate(true)}
              >
                {t("transfer.dispatchNow")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Screen>
  );
}
