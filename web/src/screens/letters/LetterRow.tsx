import { Button, Code, Group, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import type { DeadLetter } from "../../api/types";
import { time } from "../../parts/show";
import { failed, told } from "../../parts/tell";

/** One letter: whose it is, why it lies here, what it says, and what can be done. */
export function LetterRow({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const params = { path: { id: letter.id } };
  const act = useMutation({
    mutationFn: async (what: "requeue" | "discard") => {
      if (what === "requeue") await call(api.POST("/v1/dead-letters/{id}/requeue", { params }));
      else await call(api.DELETE("/v1/dead-letters/{id}", { params }));
    },
    onSuccess: (_, what) => told(t(`letter.${what}Done`)),
    onError: (error) => failed(error),
    onSettled: () => {
      queries.invalidateQueries({ queryKey: ["letters"] });
      queries.invalidateQueries({ queryKey: ["cluster"] });
    },
  });
  const discard = () =>
    modals.openConfirmModal({
      title: t("letter.discardTitle"),
      children: t("letter.discardText"),
      labels: { confirm: t("letter.discard"), cancel: t("frame.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => act.mutate("discard"),
    });
  const from = letter.from ?? t("letter.unreadable");
  return (
    <Group
      justify="space-between"
      align="flex-start"
      gap="xs"
      p="sm"
      role="group"
      aria-label={t("letter.of", { from })}
      style={{ borderBottom: "1px solid var(--frame-line)" }}
    >
      <div style={{ flex: "1 1 320px", minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {t("letter.of", { from })}
        </Text>
        <Text size="sm" c="red" style={{ overflowWrap: "anywhere" }}>
          {letter.reason}
        </Text>
        <Text size="xs" c="dimmed">
          {t("letter.tried", { count: letter.deliveries, at: time(letter.laid_aside_at) })}
        </Text>
        {/* A long text scrolls, so it can be reached by keyboard. */}
        <Code
          block
          mt={6}
          mah={140}
          tabIndex={0}
          role="region"
          aria-label={t("letter.body")}
          style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
        >
          {letter.body}
        </Code>
      </div>
      <Group gap="xs">
        <Button variant="light" loading={act.isPending} onClick={() => act.mutate("requeue")}>
          {t("letter.requeue")}
        </Button>
        <Button variant="light" color="red" disabled={act.isPending} onClick={discard}>
          {t("letter.discard")}
        </Button>
      </Group>
    </Group>
  );
}
