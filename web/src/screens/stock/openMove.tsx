// Receives or issues one row or many: a dialog, and the result line by line.
import { Alert, Button, Group, List, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import i18n from "i18next";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Later, tellAccepted, waits } from "../../api/accepted";
import { api, command, newKey } from "../../api/client";
import { ApiProblem, explain } from "../../api/problem";
import type { BatchDone, MoveKind, StockRow } from "../../api/types";
import { quantity } from "../../parts/show";
import { told } from "../../parts/tell";
import { queries } from "../../queries";
import { typed } from "./QuickEdit";

/** So many lines that wait are followed one by one. */
const FOLLOWED = 3;

type Place = Pick<StockRow, "warehouse" | "sku" | "available">;

interface Props {
  rows: Place[];
  kind: MoveKind;
  onDone: () => void;
}

/** The lines that were refused, as far as they are decided. */
function refusedOf(done: BatchDone | Later | undefined) {
  return !done || waits(done) ? [] : done.results.filter(({ status }) => status >= 400);
}

/** Says how many lines are booked, and which wait for other nodes. */
function say({ results }: BatchDone) {
  const posted = results.filter(({ status }) => status === 201).length;
  const waiting = results.flatMap(({ operation }) => operation ?? []);
  if (0 < posted) told(i18n.t("move.posted", { count: posted }));
  if (waiting.length <= FOLLOWED) for (const id of waiting) tellAccepted(new Later(id));
  else told(i18n.t("move.waiting", { count: waiting.length }));
}

function MoveForm({ rows, kind, onDone }: Props) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const [reference, setReference] = useState("");
  // Another try after a lost answer is the same request.
  const key = useRef(newKey());
  const post = useMutation({
    mutationFn: async () => {
      const movements = rows.map(({ warehouse, sku }) => ({
        kind,
        warehouse,
        sku,
        quantity: typed(amount),
        reason: reason || undefined,
        reference: reference || undefined,
      }));
      const params = { header: { "Idempotency-Key": key.current } };
      return command(api.POST("/v1/movements/batch", { params, body: { movements, atomic: false } }));
    },
    onSuccess: (done) => {
      queries.invalidateQueries({ queryKey: ["stock"] });
      queries.invalidateQueries({ queryKey: ["product-stock"] });
      key.current = newKey();
      if (!waits(done)) say(done);
      if (refusedOf(done).length > 0) return;
      onDone();
    },
    onError: (error) => {
      if (!(error instanceof ApiProblem) || !error.isPassing) key.current = newKey();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    post.mutate();
  };
  const only = rows.length === 1 ? rows[0] : undefined;
  const refused = refusedOf(post.data);
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          {only
            ? t("move.one", { sku: only.sku, warehouse: only.warehouse, value: quantity(only.available) })
            : t("move.many", { count: rows.length })}
        </Text>
        {post.isError && <Alert color="red">{explain(post.error)}</Alert>}
        {refused.length > 0 && (
          <Alert color="red" title={t("move.refused", { count: refused.length })}>
            <List size="sm">
              {refused.map(({ index, code, detail, status }) => (
                <List.Item key={index}>
                  {rows[index]?.sku}:{" "}
                  {explain(new ApiProblem({ code: code ?? "unknown", detail: detail ?? "", status }))}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        <TextInput
          label={t("word.quantity")}
          value={amount}
          onChange={(event) => setAmount(event.currentTarget.value)}
          inputMode="decimal"
          data-autofocus
          required
        />
        <Group grow>
          <TextInput
            label={t("word.reason")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <TextInput
            label={t("word.reference")}
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
          />
        </Group>
        <Button type="submit" loading={post.isPending}>
          {t(`move.${kind}`)}
        </Button>
      </Stack>
    </form>
  );
}

export function openMove(rows: Place[], kind: MoveKind, onDone?: () => void) {
  const id = modals.open({
    title: i18n.t(`move.${kind}`),
    children: (
      <MoveForm
        rows={rows}
        kind={kind}
        onDone={() => {
          modals.close(id);
          onDone?.();
        }}
      />
    ),
  });
}
