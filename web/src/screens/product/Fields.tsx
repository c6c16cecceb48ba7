// The fields that a new product and a changed one share.
import { Group, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { categories } from "../../api/lists";
import { explain, fieldOf } from "../../api/problem";
import { settings } from "../../api/settings";
import type { Values } from "./form";

const OTHER = "\u0000other";

interface Props {
  values: Values;
  onChange: (values: Values) => void;
  error: unknown;
}

export function Fields({ values, onChange, error }: Props) {
  const { t } = useTranslation();
  const known = (useQuery(categories()).data ?? []).map(({ name }) => name);
  const currency = useQuery(settings()).data?.currency;
  const unit = currency && (
    <Text size="xs" c="dimmed">
      {currency}
    </Text>
  );
  const [isOther, setIsOther] = useState(false);
  const at = fieldOf(error);
  const wrong = (name: string) => (at?.split(/[[.]/)[0] === name ? explain(error) : undefined);
  const field = (name: keyof Values) => ({
    value: values[name],
    error: wrong(name),
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ ...values, [name]: event.currentTarget.value }),
  });
  const chooseCategory = (name: string | null) => {
    setIsOther(name === OTHER);
    onChange({ ...values, category: name === OTHER ? "" : (name ?? "") });
  };
  return (
    <Stack gap="sm">
      <TextInput label={t("word.name")} required {...field("name")} />
      <Select
        label={t("word.category")}
        data={[
          ...known.map((name) => ({ value: name, label: name })),
          { value: OTHER, label: t("product.other") },
        ]}
        value={isOther ? OTHER : values.category || null}
        onChange={chooseCategory}
        searchable
        clearable
        error={isOther ? undefined : wrong("category")}
      />
      {isOther && (
        <TextInput
          label={t("product.newCategory")}
          description={t("product.newCategoryHint")}
          autoFocus
          {...field("category")}
        />
      )}
      <TextInput
        label={t("product.barcodes")}
        description={t("product.barcodesHint")}
        {...field("barcodes")}
      />
      <Group grow>
        <TextInput label={t("word.price")} inputMode="decimal" rightSection={unit} {...field("price")} />
        <TextInput label={t("word.cost")} inputMode="decimal" rightSection={unit} {...field("cost")} />
      </Group>
      <Textarea label={t("word.description")} autosize minRows={2} {...field("description")} />
    </Stack>
  );
}
