import { Button, Group, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command } from "../../api/client";
import type { Void } from "../../api/types";
import { quantity, time } from "../../parts/show";
import { failed, told } from "../../parts/tell";
import { useSession } from "../../session/session";

/** What a void record came to, in a few words: `Receipt 5 TEA-1`. */
function useWhat(): (entry: Void) => string {
  const { t } = useTranslation();
  return ({ kind, quantity: value, sku }) => {
    if (!kind) return t("reconcile.unknown");
    return [t(`void.${kind}`), Number(value) !== 0 && quantity(value), sku].filter(Boolean).join(" ");
  };
}

function VoidActions({ entry }: { entry: Void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const whatOf = useWhat();
  const params = { path: { id: entry.id } };
  const act = useMutation({
    mutationFn: (what: "post" | "discard") =>
      what === "post"
        ? command(api.POST("/v1/reconcile/{id}/post", { params }))
        : command(api.POST("/v1/reconcile/{id}/discard", { params })),
    onSuccess: (done, what) => {
      if (!waits(done)) told(t(`reconcile.${what}Done`));
    },
    onError: (error) => failed(error),
    onSettled: () => queries.invalidateQueries({ queryKey: ["reconcile"] }),
  });
  const ask = (what: "post" | "discard") =>
    modals.openConfirmModal({
      title: t(`reconcile.${what}Title`),
      children: t(`reconcile.${what}Text`, { warehouse: entry.warehouse, what: whatOf(entry) }),
      labels: { confirm: t(`reconcile.${what}`), cancel: t("frame.cancel") },
      confirmProps: what === "discard" ? { color: "red" } : undefined,
      onConfirm: () => act.mutate(what),
    });
  return (
    <Group gap="xs">
      <Button variant="light" loading={act.isPending} onClick={() => ask("post")}>
        {t("reconcile.post")}
      </Button>
      <Button variant="light" color="red" disabled={act.isPending} onClick={() => ask("discard")}>
        {t("reconcile.discard")}
      </Button>
    </Group>
  );
}

/** What an old owner booked, and what is done about it. */
export function VoidRow({ entry }: { entry: Void }) {
  const { may } = useSession();
  const whatOf = useWhat();
  const { warehouse, stamp, actor, state } = entry;
  return (
    <Group
      justify="space-between"
      gap="xs"
      p="sm"
      role="group"
      aria-label={`${whatOf(entry)} ${warehouse}`}
      style={{ borderBottom: "1px solid var(--frame-line)" }}
    >
      <div style={{ flex: "1 1 240px", minWidth: 0 }}>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {whatOf(entry)} · {warehouse}
        </Text>
        <Text size="xs" c="dimmed">
          {[stamp && time(stamp), actor].filter(Boolean).join(" · ")}
        </Text>
      </div>
      {state === "open" && may("manager", warehouse) && <VoidActions entry={entry} />}
    </Group>
  );
}
