// Whether the figures follow what happens, and how many scans wait.
import { Badge, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLive } from "../live/events";
import { useWaiting } from "../screens/scan/queue";

const COLOURS = { live: "teal", connecting: "orange", offline: "red" };

export function Connection() {
  const { t } = useTranslation();
  const state = useLive();
  const waiting = useWaiting();
  return (
    <Tooltip label={t(`live.${state}Hint`)} multiline maw={260}>
      <Badge color={COLOURS[state]} variant={state === "live" ? "light" : "filled"} size="md" role="status">
        {waiting > 0 ? t("live.waiting", { count: waiting }) : t(`live.${state}`)}
      </Badge>
    </Tooltip>
  );
}
