// One product: what it is, where it is, and what became of it.
import { Badge, Button, Grid, Group, Paper, Stack, Title } from "@mantine/core";
import { IconBarcode, IconPencil } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { ButtonLink } from "../../parts/links";
import { Screen } from "../../parts/Screen";
import { Code } from "../../parts/show";
import { useSession } from "../../session/session";
import { Movements } from "../history/Movements";
import { Rules } from "../rules/RuleTable";
import { Codes } from "./Codes";
import { Details } from "./Details";
import { EditProduct } from "./EditProduct";
import { RetireButton } from "./RetireButton";
import { productRoute } from "./route";
import { StockByWarehouse } from "./StockByWarehouse";
import { StockChart } from "./StockChart";

export const productOf = (sku: string) =>
  queryOptions({
    queryKey: ["product", sku],
    queryFn: ({ signal }) => call(api.GET("/v1/products/{sku}", { params: { path: { sku } }, signal })),
  });

export function Product() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { sku } = productRoute.useParams();
  const { data: product, error, isPending, refetch } = useQuery(productOf(sku));
  const [edits, setEdits] = useState(false);
  if (isPending) return <Loading />;
  if (!product) {
    const isUnknown = error instanceof ApiProblem && error.status === 404;
    if (!isUnknown) return <Failed error={error} onRetry={refetch} />;
    return (
      <Empty title={t("product.unknown", { sku })} hint={t("product.unknownHint")}>
        <ButtonLink to="/stock">{t("nav.stock")}</ButtonLink>
      </Empty>
    );
  }
  return (
    <Screen
      title={product.name}
      about={
        <Group gap="xs">
          <Code>{product.sku}</Code>
          {product.category && <Badge variant="light">{product.category}</Badge>}
          {product.retired && <Badge color="gray">{t("product.retired")}</Badge>}
        </Group>
      }
      actions={
        <>
          <ButtonLink
            to="/labels"
            search={{ skus: product.sku }}
            variant="default"
            leftSection={<IconBarcode size={16} />}
          >
            {t("label.print")}
          </ButtonLink>
          {may("manager") && <RetireButton product={product} />}
          {may("manager") && !edits && (
            <Button leftSection={<IconPencil size={16} />} onClick={() => setEdits(true)}>
              {t("product.edit")}
            </Button>
          )}
        </>
      }
    >
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="sm">
            <StockByWarehouse sku={sku} unit={product.unit.name} />
            <StockChart sku={sku} />
            <Paper withBorder p="md">
              <Title order={2} mb="xs">
                {t("nav.history")}
              </Title>
              <Movements query={{ sku }} without={["sku"]} />
            </Paper>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="sm">
            <Paper withBorder p="md">
              {edits ? (
                <EditProduct product={product} onDone={() => setEdits(false)} />
              ) : (
                <Details product={product} />
              )}
            </Paper>
            <Codes product={product} />
            <Paper withBorder p="md">
              <Title order={2} mb="xs">
                {t("nav.rules")}
              </Title>
              <Rules query={{ sku }} without="sku" />
            </Paper>
          </Stack>
        </Grid.Col>
      </Grid>
    </Screen>
  );
}
