import { Badge, Button, Group, Menu, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, command } from "../../api/client";
import type { Alert } from "../../api/types";
import { useAges } from "../../live/ages";
import { Stale } from "../../parts/Age";
import { SkuLink } from "../../parts/links";
import { quantity, time } from "../../parts/show";
import { failed } from "../../parts/tell";
import { useSession } from "../../session/session";
import { openMove } from "../stock/openMove";

const COLOURS = { open: "red", acknowledged: "blue", snoozed: "gray", resolved: "teal" };
const SNOOZE_HOURS = [4, 24, 168];

/** One shortage: where, how short, what is proposed, and one click for each step. */
export function AlertRow({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const age = useAges().of(alert);
  const params = { path: { id: alert.id } };
  const handle = useMutation({
    mutationFn: (hours: number | undefined) =>
      hours === undefined
        ? command(api.POST("/v1/alerts/{id}/acknowledge", { params }))
        : command(api.POST("/v1/alerts/{id}/snooze", { params, body: { hours } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["alerts"] }),
    onError: (error) => failed(error),
  });
  const canHandle = may("operator", alert.warehouse) && alert.state !== "resolved";
  return (
    <Group
      justify="space-between"
      gap="xs"
      p="sm"
      style={{ borderBottom: "1px solid var(--frame-line)" }}
      role="group"
      aria-label={`${alert.sku} ${alert.warehouse}`}
    >
      <div style={{ flex: "1 1 260px" }}>
        <Group gap="xs">
          <Badge color={COLOURS[alert.state]} variant="light">
            {t(`alert.${alert.state}`)}
          </Badge>
          <SkuLink sku={alert.sku} />
          <Text size="sm">{alert.warehouse}</Text>
          <Stale of={age} />
        </Group>
        <Text size="sm" mt={2}>
          {t("alert.figures", { available: quantity(alert.available), minimum: quantity(alert.minimum) })}
          {alert.proposal && ` · ${t("alert.purchase", { value: quantity(alert.proposal.quantity) })}`}
        </Text>
        <Text size="xs" c="dimmed">
          {t("alert.raised", { at: time(alert.raised_at) })}
          {alert.snoozed_until && ` · ${t("alert.until", { at: time(alert.snoozed_until) })}`}
          {alert.resolved_at && ` · ${t("alert.resolvedAt", { at: time(alert.resolved_at) })}`}
          {alert.by && ` · ${alert.by}`}
        </Text>
      </div>
      {canHandle && (
        <Group gap="xs">
          {alert.state !== "acknowledged" && (
            <Button variant="light" loading={handle.isPending} onClick={() => handle.mutate(undefined)}>
              {t("alert.acknowledge")}
            </Button>
          )}
          <Menu>
            <Menu.Target>
              <Button variant="default">{t("alert.snooze")}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {SNOOZE_HOURS.map((hours) => (
                <Menu.Item key={hours} onClick={() => handle.mutate(hours)}>
                  {t(`alert.snooze${hours as 4}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          <Button variant="default" onClick={() => openMove([alert], "receipt")}>
            {t("move.receipt")}
          </Button>
        </Group>
      )}
    </Group>
  );
}
