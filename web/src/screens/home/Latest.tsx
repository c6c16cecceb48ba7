// The last movements in short.
import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { SkuLink } from "../../parts/links";
import { time } from "../../parts/show";
import { COLOURS, Signed } from "../history/Movements";

const ROWS = 9;

export function Latest() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["movements", "latest"],
    queryFn: ({ signal }) => call(api.GET("/v1/movements", { params: { query: { limit: ROWS } }, signal })),
  });
  if (isPending) return <Loading />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  if (data.items.length === 0) return <Empty title={t("history.empty")} hint={t("history.emptyHint")} />;
  return data.items.map((movement) => (
    <Group
      key={movement.id}
      justify="space-between"
      wrap="nowrap"
      px="sm"
      py={7}
      style={{ borderTop: "1px solid var(--frame-line)" }}
    >
      <div className="clip">
        <Group gap="xs" wrap="nowrap">
          <Badge variant="light" color={COLOURS[movement.kind] ?? "gray"}>
            {t(`kind.${movement.kind}`)}
          </Badge>
          <SkuLink sku={movement.sku} />
          <Text size="sm">{movement.warehouse}</Text>
        </Group>
        <Text size="xs" c="dimmed" truncate>
          {time(movement.stamp)} · {movement.actor}
        </Text>
      </div>
      <Text size="sm" className="number">
        <Signed movement={movement} />
      </Text>
    </Group>
  ));
}
