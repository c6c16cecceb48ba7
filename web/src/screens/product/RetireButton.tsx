import { Button, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, ifMatch } from "../../api/client";
import { explain } from "../../api/problem";
import type { Product } from "../../api/types";
import { failed, told } from "../../parts/tell";

/** What is sent to retire a product, or to take it back into use. */
function useChange(product: Product) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const params = { path: { sku: product.sku }, header: ifMatch(product.version) };
  return useMutation({
    mutationFn: async (reason: string) => {
      if (product.retired) await call(api.PATCH("/v1/products/{sku}", { params, body: { retired: false } }));
      else await call(api.DELETE("/v1/products/{sku}", { params: { ...params, query: { reason } } }));
    },
    onSuccess: () => {
      told(t(product.retired ? "product.isBack" : "product.isRetired", { sku: product.sku }));
      queries.invalidateQueries({ queryKey: ["product", product.sku] });
    },
  });
}

function Retire({ product, onDone }: { product: Product; onDone: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const retire = useChange(product);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    retire.mutate(reason.trim(), { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("product.retireText")}</Text>
        <TextInput
          label={t("product.retireReason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={retire.isError && `${t("product.cannotRetire")}: ${explain(retire.error)}`}
          maxLength={500}
          data-autofocus
          required
        />
        <Button type="submit" color="red" loading={retire.isPending}>
          {t("product.retire")}
        </Button>
      </Stack>
    </form>
  );
}

/** Retires a product for a reason, or takes it back into use. The server says why it cannot be. */
export function RetireButton({ product }: { product: Product }) {
  const { t } = useTranslation();
  const back = useChange(product);
  const ask = () => {
    const id = modals.open({
      title: t("product.retireTitle", { sku: product.sku }),
      children: <Retire product={product} onDone={() => modals.close(id)} />,
    });
  };
  const bringBack = () => back.mutate("", { onError: (error) => failed(error) });
  return (
    <Button variant="default" loading={back.isPending} onClick={product.retired ? bringBack : ask}>
      {t(product.retired ? "product.bringBack" : "product.retire")}
    </Button>
  );
}
