// Corrects the books in the row: what was counted, against the version that was seen.
import { ActionIcon, Group, TextInput, UnstyledButton } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, call, command, newKey } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import type { StockRow } from "../../api/types";
import { note, patched } from "../../live/patch";
import { quantity } from "../../parts/show";
import { failed, told } from "../../parts/tell";

interface Edit {
  text: string;
  version: number;
  key: string;
}

/** A number as people type it: a decimal comma is a point. */
export const typed = (text: string) => text.trim().replace(",", ".");

export function QuickEdit({ row }: { row: StockRow }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [edit, setEdit] = useState<Edit>();
  const begin = () => setEdit({ text: String(row.on_hand), version: row.version, key: newKey() });
  const post = useMutation({
    mutationFn: ({ text, version, key }: Edit) =>
      command(
        api.POST("/v1/movements", {
          params: { header: { "Idempotency-Key": key } },
          body: {
            kind: "adjustment",
            warehouse: row.warehouse,
            sku: row.sku,
            counted: typed(text),
            expected_version: version,
            reason: t("stock.quickReason"),
          },
        }),
      ),
    onSuccess: (done) => {
      setEdit(undefined);
      if (waits(done)) return;
      told(t("stock.corrected", { sku: row.sku, value: quantity(done.on_hand) }));
      queries.setQueriesData<{ pages: { items: StockRow[] }[] }>({ queryKey: ["stock", "list"] }, (data) => {
        const newest = note(new Map(), done);
        return (
          data && {
            ...data,
            pages: data.pages.map((page) => ({ ...page, items: page.items.map((r) => patched(r, newest)) })),
          }
        );
      });
    },
    onError: async (error, { text }) => {
      if (!(error instanceof ApiProblem) || error.code !== "version_changed") return failed(error);
      setEdit(undefined);
      const stock = await call(api.GET("/v1/products/{sku}/stock", { params: { path: { sku: row.sku } } }));
      const now = stock.items.find(({ warehouse }) => warehouse === row.warehouse);
      queries.invalidateQueries({ queryKey: ["stock"] });
      modals.openConfirmModal({
        title: t("stock.changedTitle"),
        children: t("stock.changedText", { sku: row.sku, now: quantity(now?.on_hand), mine: text }),
        labels: { confirm: t("stock.changedAgain"), cancel: t("stock.changedKeep") },
        onConfirm: () => now && post.mutate({ text, version: now.version, key: newKey() }),
      });
    },
  });
  if (!edit) {
    return (
      <UnstyledButton
        className="cell-button number flash"
        aria-label={t("stock.edit", { sku: row.sku, warehouse: row.warehouse, value: quantity(row.on_hand) })}
        onClick={begin}
      >
        {quantity(row.on_hand)}
      </UnstyledButton>
    );
  }
  return (
    <Group gap={2} wrap="nowrap">
      <TextInput
        size="xs"
        autoFocus
        inputMode="decimal"
        aria-label={t("stock.counted")}
        value={edit.text}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setEdit({ ...edit, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Enter") post.mutate(edit);
          if (event.key === "Escape") setEdit(undefined);
        }}
        onBlur={() =>
          !post.isPending && setTimeout(() => setEdit((now) => (post.isPending ? now : undefined)), 200)
        }
        disabled={post.isPending}
      />
      <ActionIcon
        size="sm"
        variant="light"
        aria-label={t("stock.post")}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => post.mutate(edit)}
        loading={post.isPending}
      >
        <IconCheck size={14} />
      </ActionIcon>
    </Group>
  );
}
