// Labels to print: one per product, as many of each as wanted.
import { Button, Group, NumberInput, Paper, SimpleGrid, Text } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "../../api/settings";
import type { Product } from "../../api/types";
import { Empty, Loading } from "../../parts/Empty";
import { Screen } from "../../parts/Screen";
import { Code } from "../../parts/show";
import { Barcode } from "./Barcode";
import { productOf } from "./Product";
import { labelsRoute } from "./route";
import { symbolOf } from "./symbols";

const COPIES_MAX = 100;

function Label({ product, company }: { product: Product; company?: string | null }) {
  const code = product.barcodes[0] ?? product.sku;
  return (
    <Paper withBorder p="xs" bg="white" c="black" style={{ breakInside: "avoid" }}>
      <Text size="sm" fw={600} lineClamp={2}>
        {product.name}
      </Text>
      <Group wrap="nowrap" justify="space-between" mt={4}>
        <Barcode text={product.sku} format="QRCode" height={64} />
        <Barcode text={code} format={symbolOf(code)} height={56} />
      </Group>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs">
          <Code>{product.sku}</Code>
        </Text>
        {company && (
          <Text size="xs" truncate>
            {company}
          </Text>
        )}
      </Group>
    </Paper>
  );
}

export function Labels() {
  const { t } = useTranslation();
  const { skus = "" } = labelsRoute.useSearch();
  const company = useQuery(settings()).data?.company_name;
  const [copies, setCopies] = useState(1);
  const wanted = skus.split(",").filter(Boolean);
  const found = useQueries({ queries: wanted.map(productOf) });
  const products = found.flatMap(({ data }) => data ?? []);
  return (
    <Screen
      title={t("label.title")}
      about={t("label.about")}
      actions={
        <>
          <NumberInput
            aria-label={t("label.copies")}
            prefix={`${t("label.copies")}: `}
            w={140}
            min={1}
            max={COPIES_MAX}
            value={copies}
            onChange={(value) => setCopies(Math.min(COPIES_MAX, Math.max(1, Number(value) || 1)))}
          />
          <Button
            leftSection={<IconPrinter size={16} />}
            onClick={() => window.print()}
            disabled={products.length === 0}
          >
            {t("label.print")}
          </Button>
        </>
      }
    >
      {found.some(({ isPending }) => isPending) && <Loading />}
      {wanted.length === 0 && <Empty title={t("label.none")} hint={t("label.noneHint")} />}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" className="labels">
        {products.flatMap((product) =>
          Array.from({ length: copies }, (_, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: copies have no other identity
            <Label key={`${product.sku}-${at + 1}`} product={product} company={company} />
          )),
        )}
      </SimpleGrid>
    </Screen>
  );
}
