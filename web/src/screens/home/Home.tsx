// What needs attention, and what has happened today.
import { Button, Grid, Group, Paper, SimpleGrid, Text, Title } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { IconPackages, IconScan, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { shortages, warehouses } from "../../api/lists";
import { useAges } from "../../live/ages";
import { Age } from "../../parts/Age";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { ButtonLink } from "../../parts/links";
import { Screen } from "../../parts/Screen";
import { useSession } from "../../session/session";
import { AlertRow } from "../alerts/AlertRow";
import { Activity } from "./Activity";
import { Arrivals } from "./Arrivals";
import { Latest } from "./Latest";
import { Troubles } from "./Trouble";

const SHOWN_ALERTS = 5;

function Attention() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(shortages());
  if (isPending) return <Loading />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  const open = data.items.filter(({ state }) => state === "open");
  return (
    <Paper withBorder>
      <Group justify="space-between" p="sm">
        <Title order={2}>
          {t("home.attention", { count: open.length })}
          {data.next_cursor ? "+" : ""}
        </Title>
        <ButtonLink to="/alerts" variant="subtle">
          {t("home.allAlerts")}
        </ButtonLink>
      </Group>
      {open.length === 0 ? (
        <Empty title={t("home.calm")} hint={t("home.calmHint")} />
      ) : (
        open.slice(0, SHOWN_ALERTS).map((alert) => <AlertRow key={alert.id} alert={alert} />)
      )}
    </Paper>
  );
}

function Places() {
  const { t } = useTranslation();
  const list = useQuery(warehouses()).data ?? [];
  const ages = useAges();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs">
      {list.map(({ code, name }) => (
        <Paper key={code} withBorder p="sm">
          <Group justify="space-between" wrap="nowrap">
            <div className="clip">
              <Text fw={600} truncate>
                {name}
              </Text>
              <Group gap="xs">
                <Text size="xs" c="dimmed">
                  {code}
                </Text>
                <Age of={ages.of({ warehouse: code })} />
              </Group>
            </div>
            <Group gap={4} wrap="nowrap">
              <ButtonLink to="/stock" search={{ warehouse: code }} variant="light" size="compact-md">
                {t("nav.stock")}
              </ButtonLink>
              <ButtonLink
                to="/stock"
                search={{ warehouse: code, state: "low" }}
                variant="default"
                size="compact-md"
              >
                {t("state.low")}
              </ButtonLink>
            </Group>
          </Group>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

export function Home() {
  const { t } = useTranslation();
  const { user, may } = useSession();
  return (
    <Screen
      title={t("home.hello", { name: user?.full_name || user?.username })}
      actions={
        <>
          <Button variant="default" leftSection={<IconSearch size={16} />} onClick={spotlight.open}>
            {t("home.find")}
          </Button>
          {may("operator") ? (
            <ButtonLink to="/scan" leftSection={<IconScan size={16} />}>
              {t("home.scan")}
            </ButtonLink>
          ) : (
            <ButtonLink to="/stock" leftSection={<IconPackages size={16} />}>
              {t("nav.stock")}
            </ButtonLink>
          )}
        </>
      }
    >
      <Troubles />
      <Activity />
      <Arrivals />
      <Places />
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Attention />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Paper withBorder>
            <Group justify="space-between" p="sm">
              <Title order={2}>{t("home.latest")}</Title>
              <ButtonLink to="/history" variant="subtle">
                {t("nav.history")}
              </ButtonLink>
            </Group>
            <Latest />
          </Paper>
        </Grid.Col>
      </Grid>
    </Screen>
  );
}
