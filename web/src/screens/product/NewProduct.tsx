import { Alert, Button, Group, NumberInput, Paper, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { findBySku } from "../../api/find";
import { explain, fieldOf } from "../../api/problem";
import { Screen } from "../../parts/Screen";
import { told } from "../../parts/tell";
import { Fields } from "./Fields";
import { changes, EMPTY, type Values } from "./form";
import { newProductRoute } from "./route";

/** Whether a SKU is in use, asked while it is typed. */
function useTaken(sku: string) {
  const [wanted] = useDebouncedValue(sku.trim(), 250);
  const { data } = useQuery({
    queryKey: ["sku-taken", wanted],
    queryFn: () => findBySku(wanted).then((product) => product ?? null),
    enabled: wanted !== "",
    retry: false,
    staleTime: 2000,
  });
  return wanted === sku.trim() && wanted !== "" ? data : undefined;
}

export function NewProduct() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { barcode = "" } = newProductRoute.useSearch();
  const [sku, setSku] = useState("");
  const [unit, setUnit] = useState("each");
  const [decimals, setDecimals] = useState<number | string>(0);
  const [values, setValues] = useState<Values>({ ...EMPTY, barcodes: barcode });
  const taken = useTaken(sku);
  const create = useMutation({
    mutationFn: () => {
      const body = {
        name: values.name,
        ...changes(EMPTY, values),
        sku: sku.trim(),
        unit: { name: unit, decimals: Number(decimals) },
      };
      return call(api.POST("/v1/products", { body }));
    },
    onSuccess: (product) => {
      queries.invalidateQueries({ queryKey: ["categories"] });
      told(t("product.created", { sku: product.sku }));
      navigate({ to: "/products/$sku", params: { sku: product.sku } });
    },
  });
  const at = fieldOf(create.error);
  const skuError = taken
    ? t("product.taken", { name: taken.name })
    : at === "sku"
      ? explain(create.error)
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Screen title={t("product.new")}>
      <Paper withBorder p="md" maw={620}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            {create.isError && (
              <Alert color="red" role="alert">
                {explain(create.error)}
              </Alert>
            )}
            <TextInput
              label="SKU"
              description={taken === null ? t("product.free") : t("product.skuHint")}
              value={sku}
              onChange={(event) => setSku(event.currentTarget.value)}
              error={skuError}
              autoFocus
              required
            />
            <Fields values={values} onChange={setValues} error={create.error} />
            <Group grow>
              <TextInput
                label={t("word.unit")}
                value={unit}
                onChange={(event) => setUnit(event.currentTarget.value)}
                required
              />
              <NumberInput
                label={t("product.decimalsLabel")}
                description={t("product.decimalsHint")}
                min={0}
                max={3}
                value={decimals}
                onChange={setDecimals}
              />
            </Group>
            <Group>
              <Button type="submit" loading={create.isPending}>
                {t("product.create")}
              </Button>
              <Button variant="default" onClick={() => history.back()}>
                {t("frame.cancel")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Screen>
  );
}
