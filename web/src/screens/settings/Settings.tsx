// What holds for the whole company, on every node.
import { Alert, Button, Group, Paper, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, ifMatch } from "../../api/client";
import { explain, fieldOf } from "../../api/problem";
import { settings } from "../../api/settings";
import type { Settings as Known } from "../../api/types";
import { Failed, Loading } from "../../parts/Empty";
import { Screen } from "../../parts/Screen";
import { told } from "../../parts/tell";
import { currencies, zones } from "./choices";

function SettingsForm({ known }: { known: Known }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(known.company_name ?? "");
  const [currency, setCurrency] = useState(known.currency ?? null);
  const [zone, setZone] = useState(known.time_zone);
  const [counts, setCounts] = useState(known.alerts_count_incoming);
  const save = useMutation({
    mutationFn: () =>
      call(
        api.PATCH("/v1/settings", {
          params: { header: ifMatch(known.version) },
          body: {
            ...(name.trim() === (known.company_name ?? "") ? {} : { company_name: name.trim() || null }),
            ...(currency === (known.currency ?? null) ? {} : { currency }),
            ...(zone === known.time_zone ? {} : { time_zone: zone }),
            ...(counts === known.alerts_count_incoming ? {} : { alerts_count_incoming: counts }),
          },
        }),
      ),
    onSuccess: (saved) => {
      told(t("settings.saved"));
      queries.setQueryData(settings().queryKey, saved);
      queries.invalidateQueries({ queryKey: ["statistics"] });
    },
    onError: () => queries.invalidateQueries({ queryKey: ["settings"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const wrong = (field: string) => save.isError && fieldOf(save.error) === field && explain(save.error);
  return (
    <Paper withBorder p="md" maw={560}>
      <form onSubmit={submit}>
        <Stack>
          {save.isError && !fieldOf(save.error) && (
            <Alert color="red" role="alert">
              {explain(save.error)}
            </Alert>
          )}
          <TextInput
            label={t("settings.companyName")}
            description={t("settings.companyNameHint")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={200}
            error={wrong("company_name")}
          />
          <Select
            label={t("settings.currency")}
            description={t("settings.currencyHint")}
            data={currencies(i18n.language)}
            value={currency}
            onChange={setCurrency}
            searchable
            clearable
            error={wrong("currency")}
          />
          <Select
            label={t("settings.timeZone")}
            description={t("settings.timeZoneHint")}
            data={zones(known.time_zone)}
            value={zone}
            onChange={(value) => value && setZone(value)}
            searchable
            allowDeselect={false}
            error={wrong("time_zone")}
          />
          <Switch
            label={t("settings.countIncoming")}
            description={t("settings.countIncomingHint")}
            checked={counts}
            onChange={(event) => setCounts(event.currentTarget.checked)}
          />
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t("frame.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

export function Settings() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(settings());
  return (
    <Screen title={t("nav.settings")} about={t("settings.about")}>
      {isPending ? (
        <Loading />
      ) : !data ? (
        <Failed error={error} onRetry={refetch} />
      ) : (
        // What somebody else has changed meanwhile is shown anew.
        <SettingsForm key={data.version} known={data} />
      )}
    </Screen>
  );
}
