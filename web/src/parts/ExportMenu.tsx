// The file of exactly what a list shows: the same filters, made by the server.
import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  list: "stock" | "movements" | "products" | "audit";
  query: Record<string, string | number | boolean | undefined>;
}

export function ExportMenu({ list, query }: Props) {
  const { t } = useTranslation();
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  const link = (kind: string) => `/v1/${list}.${kind}?${search}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          {t("export.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("export.hint")}</Menu.Label>
        <Menu.Item component="a" href={link("xlsx")} download>
          {t("export.xlsx")}
        </Menu.Item>
        <Menu.Item component="a" href={link("csv")} download>
          {t("export.csv")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
