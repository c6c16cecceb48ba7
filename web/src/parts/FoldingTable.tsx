// A table that becomes a list of cards on a phone: each cell is told by its own label there.
import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  /** Narrower than this the table scrolls, where it is no list of cards. */
  minWidth: number;
  children: ReactNode;
}

export function FoldingTable({ minWidth, children }: Props) {
  return (
    <Table.ScrollContainer minWidth={minWidth} className="folding">
      <Table>{children}</Table>
    </Table.ScrollContainer>
  );
}
