import { Button } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call, ifMatch } from "../../api/client";
import type { Product } from "../../api/types";
import { failed, told } from "../../parts/tell";

/** Retires a product, or takes it back into use. The server says why it cannot be. */
export function RetireButton({ product }: { product: Product }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const flip = useMutation({
    mutationFn: async () => {
      const params = { path: { sku: product.sku }, header: ifMatch(product.version) };
      if (product.retired) await call(api.PATCH("/v1/products/{sku}", { params, body: { retired: false } }));
      else await call(api.DELETE("/v1/products/{sku}", { params }));
    },
    onSuccess: () => {
      told(t(product.retired ? "product.isBack" : "product.isRetired", { sku: product.sku }));
      queries.invalidateQueries({ queryKey: ["product", product.sku] });
    },
    onError: (error) => failed(error, t("product.cannotRetire")),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: t("product.retireTitle", { sku: product.sku }),
      children: t("product.retireText"),
      labels: { confirm: t("product.retire"), cancel: t("frame.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => flip.mutate(),
    });
  return (
    <Button variant="default" loading={flip.isPending} onClick={product.retired ? () => flip.mutate() : ask}>
      {t(product.retired ? "product.bringBack" : "product.retire")}
    </Button>
  );
}
