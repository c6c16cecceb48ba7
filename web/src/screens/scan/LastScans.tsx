import { ActionIcon, Badge, Button, Group, Paper, Text, Title } from "@mantine/core";
import { IconArrowBackUp, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiProblem, explain } from "../../api/problem";
import { Empty } from "../../parts/Empty";
import { ButtonLink } from "../../parts/links";
import { openNotHere } from "../../parts/openNotHere";
import { quantity } from "../../parts/show";
import { failed } from "../../parts/tell";
import { useSession } from "../../session/session";
import { forget, type Scan, undo, useScans } from "./queue";

const COLOURS = { waiting: "orange", queued: "yellow", done: "teal", refused: "red", undone: "gray" };
const SHOWN = 30;

function Row({ scan }: { scan: Scan }) {
  const { t } = useTranslation();
  const { body, state, problem } = scan;
  const kind = body.kind === "adjustment" ? "count" : body.kind;
  return (
    <Group
      wrap="nowrap"
      justify="space-between"
      py={6}
      px="xs"
      role="listitem"
      bg={state === "refused" ? "var(--mantine-color-red-light)" : undefined}
      style={{ borderBottom: "1px solid var(--frame-line)" }}
    >
      <div className="clip">
        <Text size="sm" truncate fw={500}>
          {scan.name}
        </Text>
        <Text size="xs" c={state === "refused" ? "red" : "dimmed"} style={{ whiteSpace: "normal" }}>
          {t(`scan.${kind}`)}{" "}
          {quantity(body.kind === "move" ? body.quantity : (body.quantity ?? body.counted))} ·{" "}
          {body.warehouse}
          {body.kind === "move" && ` → ${body.to}`}
          {scan.on_hand != null && ` · ${t("scan.now", { value: quantity(scan.on_hand) })}`}
          {problem && ` · ${explain(new ApiProblem(problem))}`}
        </Text>
        {problem?.code === "insufficient_stock" && (
          <Button
            size="compact-sm"
            variant="light"
            mt={4}
            onClick={() => openNotHere(body.sku, body.warehouse)}
          >
            {t("stock.whoHas")}
          </Button>
        )}
      </div>
      <Group gap={4} wrap="nowrap">
        <Badge color={COLOURS[state]} variant="light">
          {t(`scan.${state}`)}
        </Badge>
        {scan.transfer && (
          <ButtonLink
            to="/transfers/$id"
            params={{ id: scan.transfer }}
            size="compact-sm"
            variant="light"
            aria-label={t("scan.transferOf", { name: scan.name })}
          >
            {t("scan.transfer")}
          </ButtonLink>
        )}
        {state === "done" && scan.id && (
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t("scan.undoOf", { name: scan.name })}
            onClick={() => undo(scan).catch((error) => failed(error))}
          >
            <IconArrowBackUp size={18} />
          </ActionIcon>
        )}
        {state === "refused" && (
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t("scan.seen", { name: scan.name })}
            onClick={() => forget(scan)}
          >
            <IconX size={18} />
          </ActionIcon>
        )}
      </Group>
    </Group>
  );
}

/** What was booked from this device, newest first. */
export function LastScans() {
  const { t } = useTranslation();
  const { user } = useSession();
  const mine = useScans().filter((scan) => scan.user === user?.id);
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="xs">
        {t("scan.last")}
      </Title>
      {mine.length === 0 ? (
        <Empty title={t("scan.none")} hint={t("scan.noneHint")} />
      ) : (
        <div role="list">
          {mine.slice(0, SHOWN).map((scan) => (
            <Row key={scan.key} scan={scan} />
          ))}
        </div>
      )}
    </Paper>
  );
}
