import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/types";
import { Code } from "../../parts/show";
import { Barcode } from "./Barcode";
import { symbolOf } from "./symbols";

/** The product's barcodes, and its SKU as a QR code. */
export function Codes({ product }: { product: Product }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="xs">
        {t("product.codes")}
      </Title>
      <Group align="flex-start" gap="md">
        <Stack gap={4} align="center">
          <Barcode text={product.sku} format="QRCode" height={96} />
          <Text size="xs">
            <Code>{product.sku}</Code>
          </Text>
        </Stack>
        {product.barcodes.map((code) => (
          <Stack key={code} gap={4} align="center">
            <Barcode text={code} format={symbolOf(code)} height={96} />
            <Text size="xs">
              <Code>{code}</Code>
            </Text>
          </Stack>
        ))}
      </Group>
    </Paper>
  );
}
