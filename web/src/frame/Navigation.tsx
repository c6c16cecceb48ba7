import { Badge, NavLink, ScrollArea, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { shortages } from "../api/lists";
import { useSession } from "../session/session";
import { GROUPS, PLACES, type Place } from "./navigation";

function OpenAlerts() {
  const list = useQuery(shortages()).data;
  const open = list?.items.filter((alert) => alert.state === "open").length ?? 0;
  if (open === 0) return null;
  return (
    <Badge size="sm" color="red" variant="light">
      {open}
      {list?.next_cursor ? "+" : ""}
    </Badge>
  );
}

export function Navigation() {
  const { t } = useTranslation();
  const { may } = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isHere = ({ to }: Place) => (to === "/" ? path === "/" : path.startsWith(to));
  return (
    <ScrollArea component="nav" aria-label={t("frame.menu")}>
      {GROUPS.map((group) => {
        const places = PLACES.filter((place) => place.group === group && may(place.needs));
        if (places.length === 0) return null;
        return (
          <div key={group}>
            <Text size="xs" fw={600} c="dimmed" px="sm" pt="xs" pb={2}>
              {t(`nav.${group}`)}
            </Text>
            {places.map((place) => (
              <NavLink
                key={place.to}
                component={Link}
                to={place.to}
                active={isHere(place)}
                aria-current={isHere(place) ? "page" : undefined}
                label={t(`nav.${place.name}`)}
                leftSection={<place.icon size={18} stroke={1.6} />}
                rightSection={place.name === "alerts" && <OpenAlerts />}
                py={4}
                style={{ borderRadius: 8 }}
              />
            ))}
          </div>
        );
      })}
    </ScrollArea>
  );
}
