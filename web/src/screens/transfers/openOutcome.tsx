// What came of a transfer (accepted, rejected, missing), or what became of what did not come (found, lost).
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import i18n from "i18next";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command, newKey } from "../../api/client";
import { ApiProblem, explain } from "../../api/problem";
import type { Transfer } from "../../api/types";
import { quantity } from "../../parts/show";
import { told } from "../../parts/tell";
import { queries } from "../../queries";
import { typed } from "../stock/QuickEdit";

type What = "receive" | "settle";
const FIELDS = { receive: ["accepted", "rejected", "missing"], settle: ["found", "lost"] } as const;
const OPEN = { receive: "on_the_road", settle: "missing" } as const;

interface Props {
  transfer: Transfer;
  what: What;
  onDone: () => void;
}

function OutcomeForm({ transfer, what, onDone }: Props) {
  const { t } = useTranslation();
  const fields = FIELDS[what];
  const open = transfer.lines.filter((line) => Number(line[OPEN[what]]) !== 0);
  // All that is open came and is good, until somebody says otherwise.
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(open.map((line) => [`${line.sku} ${fields[0]}`, String(line[OPEN[what]])])),
  );
  const [reason, setReason] = useState("");
  const key = useRef(newKey());
  const send = useMutation({
    mutationFn: async () => {
      const lines = open
        .map(({ sku }) => ({
          sku,
          ...Object.fromEntries(fields.map((name) => [name, typed(values[`${sku} ${name}`] || "0")])),
        }))
        .filter(({ sku: _, ...line }) => Object.values(line).some((value) => Number(value) !== 0));
      const params = { path: { id: transfer.id }, header: { "Idempotency-Key": key.current } };
      const body = { lines, reason: reason || undefined };
      return what === "receive"
        ? command(api.POST("/v1/transfers/{id}/receive", { params, body }))
        : command(api.POST("/v1/transfers/{id}/settle", { params, body }));
    },
    onSuccess: (done) => {
      if (!waits(done)) told(t(`transfer.${what}Done`));
      queries.invalidateQueries({ queryKey: ["transfers"] });
      onDone();
    },
    onError: (error) => {
      if (!(error instanceof ApiProblem) || !error.isPassing) key.current = newKey();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {send.isError && (
          <Alert color="red" role="alert">
            {explain(send.error)}
          </Alert>
        )}
        {open.map((line) => (
          <div key={line.sku} role="group" aria-label={line.sku}>
            <Text size="sm" fw={600}>
              {line.sku} · {t(`transfer.${OPEN[what]}`)} {quantity(line[OPEN[what]])}
            </Text>
            <Group grow>
              {fields.map((name) => (
                <TextInput
                  key={name}
                  label={t(`transfer.${name}`)}
                  inputMode="decimal"
                  value={values[`${line.sku} ${name}`] ?? ""}
                  onChange={(event) =>
                    setValues({ ...values, [`${line.sku} ${name}`]: event.currentTarget.value })
                  }
                />
              ))}
            </Group>
          </div>
        ))}
        <TextInput
          label={t("word.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" loading={send.isPending}>
          {t(`transfer.${what}`)}
        </Button>
      </Stack>
    </form>
  );
}

export function openOutcome(transfer: Transfer, what: What) {
  const id = modals.open({
    title: i18n.t(`transfer.${what}`),
    size: "lg",
    children: <OutcomeForm transfer={transfer} what={what} onDone={() => modals.close(id)} />,
  });
}
