import { Group, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { productStock } from "../../api/lists";
import { useAges } from "../../live/ages";
import { Age } from "../../parts/Age";
import { quantity } from "../../parts/show";

/** How much of a product the sending warehouse has, and how old that figure is; nothing while the SKU is none. */
export function StockThere({ sku, warehouse }: { sku: string; warehouse: string }) {
  const { t } = useTranslation();
  const ages = useAges();
  const [wanted] = useDebouncedValue(sku.trim(), 250);
  const { data } = useQuery({ ...productStock(wanted), enabled: wanted !== "", retry: false });
  const row = data?.items.find((one) => one.warehouse === warehouse);
  if (!row) return null;
  return (
    <Group gap="xs" mt={-6}>
      <Text size="xs" c="dimmed">
        {t("transfer.stockThere", { value: quantity(row.available), warehouse })}
      </Text>
      <Age of={ages.of(row)} />
    </Group>
  );
}
