import { Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/types";
import { time, useMoney } from "../../parts/show";

/** What is known of a product, to be read. */
export function Details({ product }: { product: Product }) {
  const { t } = useTranslation();
  const money = useMoney();
  const attributes = Object.entries(product.attributes as Record<string, unknown>);
  const rows: [string, string][] = [
    [t("word.unit"), `${product.unit.name} (${t("product.decimals", { count: product.unit.decimals })})`],
    [t("word.price"), money(product.price)],
    ...(product.cost != null ? [[t("word.cost"), money(product.cost)] as [string, string]] : []),
    ...attributes.map(([name, value]) => [name, String(value)] as [string, string]),
    [t("word.changed"), time(product.changed_at)],
  ];
  return (
    <>
      <Title order={2} mb="xs">
        {t("product.details")}
      </Title>
      {product.description && (
        <Text size="sm" mb="xs" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {product.description}
        </Text>
      )}
      <Table variant="vertical" layout="fixed">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w="40%" fw={500}>
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
