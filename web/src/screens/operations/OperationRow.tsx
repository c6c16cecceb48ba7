import { Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Operation } from "../../api/types";
import { AnchorLink } from "../../parts/links";
import { time } from "../../parts/show";
import { OPERATION_COLOURS, useSays } from "./says";

/** One command that went to another node, and what became of it. */
export function OperationRow({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const says = useSays();
  const { id, state, actor, accepted_at } = operation;
  return (
    <Group
      gap="xs"
      p="sm"
      justify="space-between"
      role="group"
      aria-label={says(operation)}
      style={{ borderBottom: "1px solid var(--frame-line)" }}
    >
      <div style={{ flex: "1 1 260px", minWidth: 0 }}>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {says(operation)}
        </Text>
        <Text size="xs" c="dimmed">
          {[time(accepted_at), actor].filter(Boolean).join(" · ")}
        </Text>
      </div>
      <Badge variant="light" color={OPERATION_COLOURS[state]}>
        {t(`operation.${state}`)}
      </Badge>
      <AnchorLink
        to="/operations/$id"
        params={{ id }}
        size="sm"
        aria-label={`${t("operation.details")} ${id}`}
      >
        {t("operation.details")}
      </AnchorLink>
    </Group>
  );
}
