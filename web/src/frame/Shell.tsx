// The frame around every screen: head, navigation, search, live state.
import { ActionIcon, AppShell, Burger, Button, Group, Kbd, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { CLUSTER_MS, clusterState } from "../api/cluster";
import { useCompanyName } from "../api/settings";
import { follow } from "../live/events";
import { useSession } from "../session/session";
import { Connection } from "./Connection";
import { Mark } from "./Mark";
import { Navigation } from "./Navigation";
import { PLACES } from "./navigation";
import { Palette } from "./Palette";
import { UserMenu } from "./UserMenu";
import { useShortcuts } from "./useShortcuts";
import { useWaitingMessages } from "./waiting";

export function Shell() {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const [open, { toggle, close }] = useDisclosure(false);
  const company = useCompanyName();
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => follow(queries), [queries]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the drawer
  useEffect(close, [path]);
  useShortcuts();
  useWaitingMessages();
  // How the nodes are decides on every screen which figures look live.
  useQuery({ ...clusterState(), refetchInterval: CLUSTER_MS });
  return (
    <AppShell
      header={{ height: 54 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !open } }}
      footer={{ height: { base: 58, sm: 0 } }}
      padding="md"
    >
      <a className="skip" href="#screen">
        {t("frame.skip")}
      </a>
      <AppShell.Header px="md">
        <Group h="100%" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("frame.menu")} />
            <UnstyledButton component={Link} to="/" aria-label={`${company}: ${t("nav.home")}`}>
              <Group gap={8} wrap="nowrap">
                <Mark />
                <Text fw={700} size="lg" visibleFrom="xs" truncate maw={220}>
                  {company}
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Button
            variant="default"
            c="dimmed"
            fw={400}
            visibleFrom="sm"
            w={360}
            justify="space-between"
            leftSection={<IconSearch size={16} />}
            rightSection={<Kbd size="xs">Ctrl K</Kbd>}
            onClick={spotlight.open}
            styles={{ label: { flex: 1, textAlign: "start" } }}
          >
            {t("palette.placeholder")}
          </Button>
          <Group gap="xs" wrap="nowrap">
            <ActionIcon
              variant="default"
              size="lg"
              hiddenFrom="sm"
              aria-label={t("palette.placeholder")}
              onClick={spotlight.open}
            >
              <IconSearch size={18} />
            </ActionIcon>
            <Connection />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="screen" tabIndex={-1} style={{ display: "flex", flexDirection: "column" }}>
        <Outlet />
      </AppShell.Main>
      <AppShell.Footer hiddenFrom="sm">
        <nav className="bottom-bar" aria-label={t("frame.quick")}>
          {PLACES.filter((place) => place.onPhone && may(place.needs)).map(({ to, name, icon: Icon }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }}>
              <Icon size={22} stroke={1.6} aria-hidden />
              {t(`nav.${name}`)}
            </Link>
          ))}
          <UnstyledButton onClick={toggle} aria-expanded={open}>
            <IconMenu2 size={22} stroke={1.6} aria-hidden />
            {t("frame.menu")}
          </UnstyledButton>
        </nav>
      </AppShell.Footer>
      <Palette />
    </AppShell>
  );
}
