import { Alert, Button, Group, Stack, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, ifMatch } from "../../api/client";
import { ApiProblem, explain } from "../../api/problem";
import type { Product } from "../../api/types";
import { told } from "../../parts/tell";
import { Fields } from "./Fields";
import { changes, valuesOf } from "./form";
import { productOf } from "./Product";

/** Changes a product, based on the version that was opened; somebody else's change in between is shown. */
export function EditProduct({ product, onDone }: { product: Product; onDone: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [base, setBase] = useState(product);
  const [values, setValues] = useState(() => valuesOf(product));
  const save = useMutation({
    mutationFn: () => {
      const params = { path: { sku: base.sku }, header: ifMatch(base.version) };
      return call(api.PATCH("/v1/products/{sku}", { params, body: changes(valuesOf(base), values) }));
    },
    onSuccess: (saved) => {
      queries.setQueryData(["product", saved.sku], saved);
      queries.invalidateQueries({ queryKey: ["categories"] });
      told(t("product.saved", { sku: saved.sku }));
      onDone();
    },
  });
  const isStale = save.error instanceof ApiProblem && save.error.code === "precondition_failed";
  const takeTheirs = async () => {
    const theirs = await queries.fetchQuery({ ...productOf(base.sku), staleTime: 0 });
    // What was changed here stays; all else becomes as it is now.
    const mine = changes(valuesOf(base), values);
    const kept = Object.fromEntries(Object.entries(values).filter(([name]) => name in mine));
    setBase(theirs);
    setValues({ ...valuesOf(theirs), ...kept });
    save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(changes(valuesOf(base), values)).length === 0) onDone();
    else save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={2}>{t("product.edit")}</Title>
        {isStale ? (
          <Alert color="orange" role="alert" title={t("product.conflict")}>
            <Stack gap="xs" align="flex-start">
              {t("product.conflictText")}
              <Button variant="default" onClick={takeTheirs}>
                {t("product.conflictMerge")}
              </Button>
            </Stack>
          </Alert>
        ) : (
          save.isError && (
            <Alert color="red" role="alert">
              {explain(save.error)}
            </Alert>
          )
        )}
        <Fields values={values} onChange={setValues} error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={isStale}>
            {t("frame.save")}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t("frame.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
