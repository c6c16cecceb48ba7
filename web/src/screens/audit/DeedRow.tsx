import { Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiProblem, explain } from "../../api/problem";
import type { Deed } from "../../api/types";
import { useFieldName, useValueText } from "../../parts/fields";
import { time } from "../../parts/show";
import { Subject } from "./Subject";

const COLOURS: Partial<Record<Deed["action"], string>> = {
  created: "teal",
  removed: "red",
  retired: "red",
  refused: "orange",
  changed: "blue",
};

/** A field as it was and as it is. */
function Change({ change }: { change: Deed["changes"][number] }) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const textOf = useValueText();
  const { field, before, after } = change;
  const hasBefore = before !== null && before !== undefined;
  return (
    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
      <Text span inherit c="dimmed">
        {nameOf(field)}:{" "}
      </Text>
      {hasBefore && (
        <>
          <Text span inherit td="line-through" c="dimmed">
            {textOf(field, before)}
          </Text>
          {" → "}
        </>
      )}
      {hasBefore && (after === null || after === undefined) ? t("conflict.nothing") : textOf(field, after)}
    </Text>
  );
}

/** What a node does by itself is in the name of nobody. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** One deed: who did what about which record, when, and what it changed. */
export function DeedRow({ deed }: { deed: Deed }) {
  const { t } = useTranslation();
  const { actor, actor_id, action, changes, kind, node, reason, refusals, stamp, subject, subject_name } =
    deed;
  const isSaid = (change: Deed["changes"][number]) =>
    (change.before ?? null) !== null || (change.after ?? null) !== null;
  return (
    <div
      role="group"
      aria-label={`${t(`audit.kind_${kind}`)} ${subject ?? ""}`}
      style={{ borderBottom: "1px solid var(--frame-line)", padding: "var(--mantine-spacing-sm)" }}
    >
      <Group gap="xs" mb={4}>
        <Badge variant="light" color={COLOURS[action] ?? "gray"}>
          {t(`audit.done_${action}`)}
        </Badge>
        <Text size="sm" fw={600}>
          {t(`audit.kind_${kind}`)}
        </Text>
        {subject && <Subject subject={subject} name={subject_name} />}
      </Group>
      {changes.filter(isSaid).map((change) => (
        <Change key={change.field} change={change} />
      ))}
      {refusals.map(({ line, problem }) => (
        <Text key={line ?? "all"} size="sm" style={{ overflowWrap: "anywhere" }}>
          {line !== null && line !== undefined && `${t("audit.line", { line: line + 1 })}: `}
          {explain(new ApiProblem(problem))}
        </Text>
      ))}
      {reason && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          <Text span inherit c="dimmed">
            {t("word.reason")}:{" "}
          </Text>
          {reason}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={2} title={stamp}>
        {[time(stamp), actor ?? (actor_id === NOBODY ? t("audit.itself") : actor_id), node].join(" · ")}
      </Text>
    </div>
  );
}
