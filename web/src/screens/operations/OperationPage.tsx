// One command on its way to another node, followed until it is decided.
import { Alert, Badge, Group, Loader, Paper, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { operationOf } from "../../api/cluster";
import { Failed, Loading } from "../../parts/Empty";
import { ButtonLink } from "../../parts/links";
import { Screen } from "../../parts/Screen";
import { Code, time } from "../../parts/show";
import { operationRoute } from "./route";
import { OPERATION_COLOURS, useCommandWord, useSays } from "./says";

export function OperationPage() {
  const { t } = useTranslation();
  const { id } = operationRoute.useParams();
  const { data, error, isPending, refetch } = useQuery(operationOf(id));
  const word = useCommandWord();
  const says = useSays();
  if (isPending) return <Loading />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  const isDraft = data.command === "draft_transfer" && data.state === "done";
  const isQueued = data.state === "queued";
  const rows: [string, string][] = [
    [t("word.warehouse"), data.warehouse],
    [t("operation.owner"), data.owner],
    [t("word.actor"), data.actor ?? "–"],
    [t("operation.accepted"), time(data.accepted_at)],
    [t("operation.expires"), time(data.expires_at)],
  ];
  return (
    <Screen
      title={word(data.command)}
      about={
        <Group gap="xs">
          <Badge variant="light" color={OPERATION_COLOURS[data.state]}>
            {t(`operation.${data.state}`)}
          </Badge>
          <Code>{data.id}</Code>
        </Group>
      }
      actions={
        <>
          <ButtonLink to="/operations" variant="default">
            {t("operation.all")}
          </ButtonLink>
          {isDraft && data.result ? (
            <ButtonLink to="/transfers/$id" params={{ id: data.result.id }}>
              {t("operation.transfer")}
            </ButtonLink>
          ) : (
            <ButtonLink to="/history" search={{ warehouse: data.warehouse }}>
              {t("nav.history")}
            </ButtonLink>
          )}
        </>
      }
    >
      <Alert
        color={OPERATION_COLOURS[data.state]}
        icon={isQueued ? <Loader size="xs" /> : undefined}
        role="status"
        maw={640}
      >
        {says(data)}
        {isQueued && (
          <Text size="sm" mt={4}>
            {t("operation.safe")}
          </Text>
        )}
      </Alert>
      <Paper withBorder p="md" maw={640}>
        <Table variant="vertical" layout="fixed">
          <Table.Tbody>
            {rows.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th w="40%" fw={500}>
                  {name}
                </Table.Th>
                <Table.Td>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
    </Screen>
  );
}
