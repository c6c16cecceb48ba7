// Commands that wait for another node: said in the corner until it has decided.
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { onAccepted } from "../api/accepted";
import { operationOf } from "../api/cluster";
import { AnchorLink } from "../parts/links";
import { OPERATION_COLOURS, useSays } from "../screens/operations/says";

const DECIDED_MS = 8000;
/** What is read again once a command is decided; rows of stock follow by themselves. */
const MAY_HAVE_CHANGED = new Set<unknown>([
  "alerts",
  "cluster",
  "holds",
  "movements",
  "operations",
  "product-stock",
  "reconcile",
  "rules",
  "transfers",
  "warehouses",
]);

function Waiting({ id }: { id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const says = useSays();
  const { data } = useQuery(operationOf(id));
  const state = data?.state ?? "queued";
  // biome-ignore lint/correctness/useExhaustiveDependencies: a component is the same for ever
  useEffect(() => {
    if (state === "queued") return;
    queries.invalidateQueries({ predicate: ({ queryKey }) => MAY_HAVE_CHANGED.has(queryKey[0]) });
    notifications.update({
      id,
      message: <Waiting id={id} />,
      color: OPERATION_COLOURS[state],
      loading: false,
      autoClose: DECIDED_MS,
    });
  }, [id, state, queries]);
  return (
    <>
      <Text size="sm">{data ? says(data) : t("operation.waits")}</Text>
      <AnchorLink to="/operations/$id" params={{ id }} size="sm">
        {t("operation.show")}
      </AnchorLink>
    </>
  );
}

/** Says of each command that is accepted for later what becomes of it. */
export function useWaitingMessages() {
  useEffect(
    () =>
      onAccepted(({ operation: id }) =>
        notifications.show({
          id,
          message: <Waiting id={id} />,
          color: OPERATION_COLOURS.queued,
          loading: true,
          autoClose: false,
        }),
      ),
    [],
  );
}
