// Fields that offer what the company has.
import { Select, type SelectProps, TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { categories, warehouses } from "../api/lists";

export function WarehouseSelect(props: Omit<SelectProps, "data">) {
  const { t } = useTranslation();
  const list = useQuery(warehouses()).data ?? [];
  const data = list.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }));
  return (
    <Select
      data={data}
      placeholder={t("stock.anyWarehouse")}
      aria-label={t("word.warehouse")}
      searchable
      {...props}
    />
  );
}

export function CategorySelect(props: Omit<SelectProps, "data">) {
  const { t } = useTranslation();
  const data = (useQuery(categories()).data ?? []).map(({ name }) => name);
  return (
    <Select
      data={data}
      placeholder={t("stock.anyCategory")}
      aria-label={t("word.category")}
      searchable
      {...props}
    />
  );
}

interface SearchProps extends Omit<TextInputProps, "value" | "onChange"> {
  value: string;
  onSearch: (text: string) => void;
}

/** A text that is searched for while it is typed. */
export function SearchField({ value, onSearch, ...props }: SearchProps) {
  const [text, setText] = useState(value);
  const search = useDebouncedCallback(onSearch, 150);
  useEffect(() => setText(value), [value]);
  return (
    <TextInput
      type="search"
      leftSection={<IconSearch size={16} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
      {...props}
    />
  );
}
