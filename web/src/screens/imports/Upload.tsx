// A file, what its columns mean, and up it goes to be checked.
import {
  Alert,
  Button,
  FileInput,
  Group,
  Paper,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { newKey } from "../../api/client";
import { ApiProblem, explain } from "../../api/problem";
import type { Import } from "../../api/types";
import { WarehouseSelect } from "../../parts/pickers";
import { type Choice, FIELDS, guess, headerOf, type Kind, profileOf } from "./profile";

const HEAD_BYTES = 16_384;

async function upload(file: File, profile: string): Promise<Import> {
  const form = new FormData();
  form.append("profile", profile);
  form.append("file", file, file.name);
  const response = await fetch("/v1/imports", {
    method: "POST",
    body: form,
    headers: { "idempotency-key": newKey() },
  });
  const body = await response.json();
  if (!response.ok) throw new ApiProblem(body);
  return body;
}

export function Upload({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [header, setHeader] = useState<string[]>([]);
  const [choice, setChoice] = useState<Choice>({
    kind: "products",
    columns: {},
    decimal: ".",
    move: "receipt",
  });
  const [own, setOwn] = useState<string>();
  const send = useMutation({
    mutationFn: () => upload(file as File, own ?? profileOf(choice)),
    onSuccess: ({ id }) => navigate({ to: "/imports/$id", params: { id } }),
  });
  const take = async (next: File | null) => {
    setFile(next);
    const isText = next && /\.(csv|txt|tsv)$/i.test(next.name);
    const columns = isText ? headerOf(await next.slice(0, HEAD_BYTES).text()) : [];
    setHeader(columns);
    setChoice({ ...choice, columns: guess(choice.kind, columns) });
  };
  const become = (kind: Kind) => setChoice({ ...choice, kind, columns: guess(kind, header) });
  const needed = choice.kind === "products" ? ["sku", "name"] : ["sku", "quantity"];
  const isReady = file && (own !== undefined || needed.every((name) => choice.columns[name as "sku"]));
  return (
    <Paper withBorder p="md">
      <Stack>
        {send.isError && (
          <Alert color="red" role="alert">
            {explain(send.error)}
            {send.error instanceof ApiProblem &&
              send.error.code === "invalid_profile" &&
              `: ${send.error.problem.detail}`}
          </Alert>
        )}
        <FileInput
          label={t("import.file")}
          description={t("import.fileHint")}
          placeholder={t("import.choose")}
          value={file}
          onChange={take}
          accept=".csv,.txt,.tsv,.gz,.xlsx,.ods"
          clearable
          required
        />
        {own === undefined ? (
          <>
            <Group>
              <SegmentedControl
                aria-label={t("import.kind")}
                value={choice.kind}
                onChange={(kind) => become(kind as Kind)}
                data={[
                  { value: "products", label: t("import.products") },
                  { value: "movements", label: t("import.movements") },
                ]}
              />
              <SegmentedControl
                aria-label={t("import.decimal")}
                value={choice.decimal}
                onChange={(decimal) => setChoice({ ...choice, decimal: decimal as "." })}
                data={([".", ","] as const).map((value) => ({
                  value,
                  label: t("import.writes", { number: `1${value}5` }),
                }))}
              />
              {choice.kind === "movements" && (
                <SegmentedControl
                  aria-label={t("word.kind")}
                  value={choice.move}
                  onChange={(move) => setChoice({ ...choice, move: move as "receipt" })}
                  data={(["receipt", "issue", "adjustment"] as const).map((value) => ({
                    value,
                    label: t(`kind.${value}`),
                  }))}
                />
              )}
            </Group>
            {file && header.length === 0 && (
              <TagsInput
                label={t("import.columns")}
                description={t("import.columnsHint")}
                value={header}
                onChange={setHeader}
              />
            )}
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
              {FIELDS[choice.kind].map((name) => (
                <Select
                  key={name}
                  label={t(`field.${name}`)}
                  data={[...new Set(header)]}
                  value={choice.columns[name] ?? null}
                  onChange={(column) =>
                    setChoice({ ...choice, columns: { ...choice.columns, [name]: column ?? undefined } })
                  }
                  placeholder={t("import.noColumn")}
                  required={needed.includes(name)}
                  clearable
                  searchable
                />
              ))}
              {choice.kind === "movements" && !choice.columns.warehouse && (
                <WarehouseSelect
                  label={t("import.allIn")}
                  value={choice.warehouse ?? null}
                  onChange={(warehouse) => setChoice({ ...choice, warehouse: warehouse ?? undefined })}
                />
              )}
            </SimpleGrid>
          </>
        ) : (
          <Textarea
            label={t("import.profile")}
            description={t("import.profileHint")}
            autosize
            minRows={8}
            maxRows={24}
            styles={{ input: { fontFamily: "monospace" } }}
            value={own}
            onChange={(event) => setOwn(event.currentTarget.value)}
          />
        )}
        <Group>
          <Button loading={send.isPending} disabled={!isReady} onClick={() => send.mutate()}>
            {t("import.check")}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t("frame.cancel")}
          </Button>
          <Button variant="subtle" onClick={() => setOwn(own === undefined ? profileOf(choice) : undefined)}>
            {t(own === undefined ? "import.toProfile" : "import.toColumns")}
          </Button>
        </Group>
        <Text size="xs" c="dimmed">
          {t("import.safe")}
        </Text>
      </Stack>
    </Paper>
  );
}
