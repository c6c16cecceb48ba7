// What people did, but for movements: who, when, what, and what was there before.
import { Button, Group, Paper, Select } from "@mantine/core";
import { IconClipboardSearch, IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { auditList, rowsOf } from "../../api/lists";
import { DayField } from "../../parts/DayField";
import { withMoments } from "../../parts/days";
import { Empty } from "../../parts/Empty";
import { ExportMenu } from "../../parts/ExportMenu";
import { List } from "../../parts/List";
import { SearchField } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { DeedRow } from "./DeedRow";
import { auditRoute, DEED_KINDS } from "./route";

type Filters = ReturnType<typeof auditRoute.useSearch>;

export function Audit() {
  const { t } = useTranslation();
  const filters = auditRoute.useSearch();
  const navigate = auditRoute.useNavigate();
  const set = (change: Partial<Filters>) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const query = withMoments(filters);
  const list = useInfiniteQuery(auditList(query));
  const rows = rowsOf(list.data);
  const field = (name: "actor" | "subject" | "node", label: string, placeholder = label) => (
    <SearchField
      value={filters[name] ?? ""}
      onSearch={(text) => set({ [name]: text || undefined })}
      placeholder={placeholder}
      aria-label={label}
      flex="1 1 150px"
    />
  );
  const empty = (
    <Empty
      icon={<IconClipboardSearch size={40} stroke={1.3} />}
      title={t("audit.empty")}
      hint={t("audit.emptyHint")}
    />
  );
  return (
    <Screen
      title={t("nav.audit")}
      about={t("audit.about")}
      actions={<ExportMenu list="audit" query={query} />}
    >
      <Group gap="xs">
        {field("actor", t("word.actor"))}
        <Select
          aria-label={t("word.kind")}
          placeholder={t("word.kind")}
          data={DEED_KINDS.map((kind) => ({ value: kind, label: t(`audit.kind_${kind}`) }))}
          value={filters.kind ?? null}
          onChange={(kind) => set({ kind: DEED_KINDS.find((known) => known === kind) })}
          clearable
          flex="1 1 150px"
        />
        {field("subject", t("audit.subject"), "product/A-1")}
        {field("node", t("audit.node"))}
        <DayField label={t("history.from")} value={filters.from} onChange={(from) => set({ from })} />
        <DayField label={t("history.to")} value={filters.to} onChange={(to) => set({ to })} />
        {Object.values(filters).some(Boolean) && (
          <Button
            variant="subtle"
            leftSection={<IconX size={16} />}
            onClick={() => navigate({ search: {}, replace: true })}
          >
            {t("stock.clear")}
          </Button>
        )}
      </Group>
      <Paper withBorder>
        <List list={list} rows={rows} empty={empty}>
          {rows.map((deed) => (
            <DeedRow key={deed.id} deed={deed} />
          ))}
        </List>
      </Paper>
    </Screen>
  );
}
