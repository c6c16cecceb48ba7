// Sets a reorder rule for one place or many.
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import i18n from "i18next";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command } from "../../api/client";
import { explain } from "../../api/problem";
import type { ReorderRule } from "../../api/types";
import { told } from "../../parts/tell";
import { queries } from "../../queries";
import { typed } from "../stock/QuickEdit";

interface Place {
  warehouse: string;
  sku: string;
}

interface Props {
  places: Place[];
  rule?: ReorderRule;
  onDone: () => void;
}

function RuleForm({ places, rule, onDone }: Props) {
  const { t } = useTranslation();
  const [minimum, setMinimum] = useState(String(rule?.minimum ?? ""));
  const [target, setTarget] = useState(String(rule?.target ?? ""));
  const [multiple, setMultiple] = useState(String(rule?.multiple ?? "1"));
  const save = useMutation({
    mutationFn: async () => {
      const body = { minimum: typed(minimum), target: typed(target), multiple: typed(multiple) };
      let saved = 0;
      for (const { warehouse, sku } of places) {
        const header = rule ? { "If-Match": `"${rule.version}"` } : undefined;
        const params = { path: { code: warehouse, sku }, header };
        const done = await command(api.PUT("/v1/warehouses/{code}/reorder-rules/{sku}", { params, body }));
        if (!waits(done)) saved++;
      }
      return saved;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["rules"] }),
    onSuccess: (saved) => {
      if (0 < saved) told(t("rule.saved", { count: saved }));
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const only = places.length === 1 ? places[0] : undefined;
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          {only ? `${only.sku} · ${only.warehouse}` : t("move.many", { count: places.length })}
        </Text>
        {save.isError && <Alert color="red">{explain(save.error)}</Alert>}
        <Group grow align="flex-start">
          <TextInput
            label={t("rule.minimum")}
            description={t("rule.minimumHint")}
            value={minimum}
            onChange={(event) => setMinimum(event.currentTarget.value)}
            inputMode="decimal"
            data-autofocus
            required
          />
          <TextInput
            label={t("rule.target")}
            description={t("rule.targetHint")}
            value={target}
            onChange={(event) => setTarget(event.currentTarget.value)}
            inputMode="decimal"
            required
          />
          <TextInput
            label={t("rule.multiple")}
            description={t("rule.multipleHint")}
            value={multiple}
            onChange={(event) => setMultiple(event.currentTarget.value)}
            inputMode="decimal"
            required
          />
        </Group>
        <Button type="submit" loading={save.isPending}>
          {t("frame.save")}
        </Button>
      </Stack>
    </form>
  );
}

export function openRule(places: Place[], onDone?: () => void, rule?: ReorderRule) {
  const close = () => {
    modals.close(id);
    onDone?.();
  };
  const id = modals.open({
    title: i18n.t("rule.set"),
    size: "lg",
    children: <RuleForm places={places} rule={rule} onDone={close} />,
  });
}
