// A list in pages: loading, failed, empty, rows, and more.
import { Button, Center } from "@mantine/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failed, Loading } from "./Empty";

interface Props<T> {
  list: Pick<
    UseInfiniteQueryResult,
    "isPending" | "isError" | "error" | "refetch" | "hasNextPage" | "fetchNextPage" | "isFetchingNextPage"
  >;
  rows: T[];
  empty: ReactNode;
  children: ReactNode;
}

export function List<T>({ list, rows, empty, children }: Props<T>) {
  const { t } = useTranslation();
  if (list.isPending) return <Loading />;
  if (list.isError && rows.length === 0) return <Failed error={list.error} onRetry={() => list.refetch()} />;
  if (rows.length === 0) return <>{empty}</>;
  return (
    <>
      {children}
      {list.hasNextPage && (
        <Center p="md">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            {t("frame.more")}
          </Button>
        </Center>
      )}
    </>
  );
}
