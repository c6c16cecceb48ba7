// Sets stock aside.
import { Alert, Button, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import i18n from "i18next";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command, newKey } from "../../api/client";
import { explain } from "../../api/problem";
import type { StockRow } from "../../api/types";
import { quantity } from "../../parts/show";
import { told } from "../../parts/tell";
import { queries } from "../../queries";
import { typed } from "../stock/QuickEdit";

function HoldForm({ row, onDone }: { row: StockRow; onDone: () => void }) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const key = useRef(newKey());
  const post = useMutation({
    mutationFn: () =>
      command(
        api.POST("/v1/holds", {
          params: { header: { "Idempotency-Key": key.current } },
          body: { warehouse: row.warehouse, sku: row.sku, quantity: typed(amount), reason },
        }),
      ),
    onSuccess: (done) => {
      if (!waits(done)) told(t("hold.done", { sku: row.sku }));
      queries.invalidateQueries({ queryKey: ["holds"] });
      onDone();
    },
    onError: () => {
      key.current = newKey();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    post.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          {t("move.one", { sku: row.sku, warehouse: row.warehouse, value: quantity(row.available) })}
        </Text>
        {post.isError && <Alert color="red">{explain(post.error)}</Alert>}
        <TextInput
          label={t("word.quantity")}
          value={amount}
          onChange={(event) => setAmount(event.currentTarget.value)}
          inputMode="decimal"
          data-autofocus
          required
        />
        <TextInput
          label={t("word.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={post.isPending}>
          {t("hold.new")}
        </Button>
      </Stack>
    </form>
  );
}

export function openHold(row: StockRow) {
  const id = modals.open({
    title: i18n.t("hold.new"),
    children: <HoldForm row={row} onDone={() => modals.close(id)} />,
  });
}
