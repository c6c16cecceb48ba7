// The field that scanners type into, the product in hand, and how many of it.
import { ActionIcon, Alert, Button, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { IconCamera, IconMinus, IconPlus, IconScan } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, newKey } from "../../api/client";
import { explain } from "../../api/problem";
import type { MovementRequest } from "../../api/types";
import { Loading } from "../../parts/Empty";
import { ButtonLink } from "../../parts/links";
import { useSession } from "../../session/session";
import { typed } from "../stock/QuickEdit";
import { type Known, lookUp } from "./known";
import { post } from "./queue";
import { alarm, beep } from "./sound";

const Camera = lazy(() => import("./Camera"));

interface Props {
  warehouse: string;
  mode: "receipt" | "issue" | "move" | "return" | "count";
  /** Where goods that move go. */
  to?: string;
}

interface InHand {
  product: Known;
  /** How many, as typed: it may have decimals. */
  count: string;
  /** The version that a count is based on. */
  version?: number;
}

const plus = (count: string, step: number) => {
  const value = Number(typed(count));
  return Number.isFinite(value) ? String(Math.max(0, value + step)) : "1";
};

export function Scanner({ warehouse, mode, to }: Props) {
  const { t } = useTranslation();
  const { user } = useSession();
  const field = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState("");
  const [inHand, setInHand] = useState<InHand>();
  const [problem, setProblem] = useState<{ text: string; code?: string }>();
  const [reference, setReference] = useState("");
  const [hasCamera, setHasCamera] = useState(false);
  const line = useRef(Promise.resolve());
  const current = useRef<InHand | undefined>(undefined);
  const hold = (next: InHand | undefined) => {
    current.current = next;
    setInHand(next);
  };
  useEffect(() => field.current?.focus(), []);

  const fail = (text: string, unknown?: string) => {
    alarm();
    setProblem({ text, code: unknown });
  };
  const commit = async (held: InHand) => {
    const scan = { key: newKey(), user: user?.id ?? "", name: held.product.name };
    if (mode === "move") {
      const moved = { warehouse, to: to ?? "", sku: held.product.sku, quantity: typed(held.count) };
      return post({ ...scan, body: { kind: "move", ...moved, reference: reference || undefined } });
    }
    const body: MovementRequest = {
      kind: mode === "count" ? "adjustment" : mode,
      warehouse,
      sku: held.product.sku,
      ...(mode === "count"
        ? { counted: typed(held.count), expected_version: held.version }
        : { quantity: typed(held.count) }),
      reason: mode === "count" ? t("scan.countReason") : undefined,
      reference: reference || undefined,
      occurred_at: new Date().toISOString(),
    };
    await post({ ...scan, body });
  };
  /** Books what is in hand, if anything. */
  const book = async () => {
    const held = current.current;
    hold(undefined);
    if (held && Number(typed(held.count)) !== 0) await commit(held);
    field.current?.focus();
  };
  const take = async (text: string) => {
    const wanted = text.trim();
    if (!wanted) return book();
    try {
      const product = await lookUp(wanted);
      if (!product) return fail(t("scan.unknown", { code: wanted }), wanted);
      setProblem(undefined);
      const held = current.current;
      if (held?.product.sku === product.sku) {
        hold({ ...held, count: plus(held.count, 1) });
      } else {
        await book();
        hold({
          product,
          count: "1",
          version: mode === "count" ? await versionOf(product.sku, warehouse) : undefined,
        });
      }
      beep();
    } catch (error) {
      fail(explain(error));
    }
  };
  // One after the other: scanners are faster than the network.
  const scan = (text: string) => {
    line.current = line.current.then(() => take(text));
  };
  const change = (count: string) => inHand && hold({ ...inHand, count });

  return (
    <Stack>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          scan(code);
          setCode("");
        }}
      >
        <Group gap="xs" wrap="nowrap" align="flex-end">
          <TextInput
            ref={field}
            label={t("scan.code")}
            size="lg"
            flex={1}
            leftSection={<IconScan size={22} />}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            enterKeyHint="send"
          />
          <ActionIcon
            size={50}
            variant={hasCamera ? "filled" : "default"}
            aria-label={t("scan.camera")}
            aria-pressed={hasCamera}
            onClick={() => setHasCamera(!hasCamera)}
          >
            <IconCamera size={24} />
          </ActionIcon>
        </Group>
      </form>
      {hasCamera && (
        <Suspense fallback={<Loading />}>
          <Camera onCode={scan} onFail={(text) => fail(text)} />
        </Suspense>
      )}
      {problem && (
        <Alert
          color="red"
          variant="filled"
          role="alert"
          title={t("scan.stop")}
          withCloseButton
          onClose={() => setProblem(undefined)}
        >
          <Stack gap="xs" align="flex-start">
            {problem.text}
            {problem.code && (
              <ButtonLink to="/products/new" search={{ barcode: problem.code }} variant="white" color="red">
                {t("product.new")}
              </ButtonLink>
            )}
          </Stack>
        </Alert>
      )}
      {inHand ? (
        <Paper withBorder p="md" aria-live="polite">
          <Stack align="center" gap="xs">
            <Text fw={600} size="lg" ta="center">
              {inHand.product.name}
            </Text>
            <Text c="dimmed" size="sm">
              {inHand.product.sku} · {warehouse}
              {mode === "move" && ` → ${to}`}
            </Text>
            <Group wrap="nowrap" gap="md">
              <ActionIcon
                size={54}
                variant="default"
                aria-label={t("scan.less")}
                onClick={() => change(plus(inHand.count, -1))}
              >
                <IconMinus />
              </ActionIcon>
              <input
                className="big"
                aria-label={t("word.quantity")}
                inputMode="decimal"
                value={inHand.count}
                onFocus={(event) => event.currentTarget.select()}
                onChange={(event) => change(event.currentTarget.value)}
                onKeyDown={(event) => event.key === "Enter" && book()}
                size={Math.max(2, inHand.count.length)}
                style={{
                  border: 0,
                  background: "none",
                  color: "inherit",
                  textAlign: "center",
                  width: `${Math.max(2, inHand.count.length) + 1}ch`,
                }}
              />
              <ActionIcon
                size={54}
                variant="default"
                aria-label={t("scan.more")}
                onClick={() => change(plus(inHand.count, 1))}
              >
                <IconPlus />
              </ActionIcon>
            </Group>
            <Text size="sm" c="dimmed">
              {inHand.product.unit}
            </Text>
            <Group grow w="100%">
              <Button size="md" variant="default" onClick={() => hold(undefined)}>
                {t("scan.drop")}
              </Button>
              <Button size="md" onClick={book}>
                {t(`scan.${mode}`)} {inHand.count}
              </Button>
            </Group>
          </Stack>
        </Paper>
      ) : (
        <Text c="dimmed" ta="center" py="md">
          {t("scan.ready")}
        </Text>
      )}
      <TextInput
        label={t("word.reference")}
        description={t("scan.referenceHint")}
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
      />
    </Stack>
  );
}

/** The version of a balance, so that a count is refused when goods moved in between. */
async function versionOf(sku: string, warehouse: string): Promise<number | undefined> {
  const stock = await call(api.GET("/v1/products/{sku}/stock", { params: { path: { sku } } }));
  return stock.items.find((row) => row.warehouse === warehouse)?.version ?? 0;
}
