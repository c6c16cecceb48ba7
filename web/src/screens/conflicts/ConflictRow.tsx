import { Badge, Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import type { Conflict } from "../../api/types";
import { useFieldName, useValueText } from "../../parts/fields";
import { SkuLink } from "../../parts/links";
import { Code, time } from "../../parts/show";
import { failed, told } from "../../parts/tell";

/** One field with the values that it was given, and the choice among them. */
export function ConflictRow({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const nameOf = useFieldName();
  const textOfField = useValueText();
  const settle = useMutation({
    mutationFn: (node: string) =>
      call(api.POST("/v1/conflicts/{id}/settle", { params: { path: { id: conflict.id } }, body: { node } })),
    onSuccess: () => {
      told(t("conflict.settled"));
      queries.invalidateQueries({ queryKey: ["product"] });
    },
    onError: (error) => failed(error),
    onSettled: () => queries.invalidateQueries({ queryKey: ["conflicts"] }),
  });
  // All quantities are counted in the unit that was written first.
  const isFixed = conflict.field === "unit";
  const field = nameOf(conflict.field);
  const textOf = (value: unknown) => textOfField(conflict.field, value);
  return (
    <div
      role="group"
      aria-label={`${conflict.record} ${field}`}
      style={{ borderBottom: "1px solid var(--frame-line)", padding: "var(--mantine-spacing-sm)" }}
    >
      <Group gap="xs" mb={4}>
        <Badge variant="light" color="gray">
          {t(`conflict.${conflict.kind}`)}
        </Badge>
        {conflict.kind === "product" ? <SkuLink sku={conflict.record} /> : <Code>{conflict.record}</Code>}
        <Text size="sm" fw={600}>
          {field}
        </Text>
      </Group>
      {conflict.sides.map((side) => (
        <Group key={`${side.node} ${side.stamp}`} justify="space-between" gap="xs" py={4}>
          <div style={{ flex: "1 1 220px", minWidth: 0 }}>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {textOf(side.value)}
            </Text>
            <Text size="xs" c="dimmed">
              {side.node} · {time(side.stamp)}
            </Text>
          </div>
          <Group gap="xs">
            {side.counts && (
              <Badge variant="light" color="teal">
                {t("conflict.counts")}
              </Badge>
            )}
            {(side.counts || !isFixed) && (
              <Button
                size="compact-sm"
                variant={side.counts ? "default" : "light"}
                loading={settle.isPending}
                aria-label={t("conflict.keepOf", {
                  value: textOf(side.value),
                  field,
                  record: conflict.record,
                })}
                onClick={() => settle.mutate(side.node)}
              >
                {t("conflict.keep")}
              </Button>
            )}
          </Group>
        </Group>
      ))}
    </div>
  );
}
