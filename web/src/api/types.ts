// Short names for what the server's document describes.
import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Accepted = Schemas["OperationAccepted"];
export type Alert = Schemas["Alert"];
export type BatchDone = Schemas["BatchDone"];
export type Category = Schemas["Category"];
export type Cluster = Schemas["Cluster"];
export type ClusterLog = Schemas["Log"];
export type ClusterNode = Schemas["Node"];
export type Conflict = Schemas["Conflict"];
export type DeadLetter = Schemas["DeadLetter"];
export type Counts = Schemas["MovementCounts"];
export type Deed = Schemas["Deed"];
export type ExplorerResult = Schemas["ExplorerResult"];
export type ExplorerTable = Schemas["ExplorerTable"];
export type Grant = Schemas["Grant"];
export type Hold = Schemas["Hold"];
export type Import = Schemas["Import"];
export type ImportProblem = Schemas["ImportProblem"];
export type Movement = Schemas["Movement"];
export type MovementDone = Schemas["MovementDone"];
export type MovementRequest = Schemas["MovementRequest"];
export type MoveKind = Schemas["MoveKind"];
export type Operation = Schemas["Operation"];
export type Problem = Schemas["Problem"];
export type Product = Schemas["Product"];
export type ProductStock = Schemas["ProductStock"];
export type Quantity = Schemas["Quantity"];
export type ReorderRule = Schemas["ReorderRule"];
export type Role = Schemas["Role"];
export type Session = Schemas["Session"];
export type Settings = Schemas["Settings"];
export type StockRow = Schemas["StockRow"];
export type Transfer = Schemas["Transfer"];
export type User = Schemas["User"];
export type Void = Schemas["Void"];
export type Warehouse = Schemas["Warehouse"];

export type AlertState = NonNullable<NonNullable<operations["list_alerts"]["parameters"]["query"]>["state"]>;
export type MovementQuery = NonNullable<operations["list_movements"]["parameters"]["query"]>;
export type TransferQuery = NonNullable<operations["list_transfers"]["parameters"]["query"]>;
export type StockQuery = NonNullable<operations["list_stock"]["parameters"]["query"]>;

type Query<Name extends keyof operations> = Omit<
  NonNullable<operations[Name]["parameters"]["query"]>,
  "limit" | "cursor"
>;
export type AuditQuery = Query<"list_audit">;
export type CountsQuery = NonNullable<operations["count_movements"]["parameters"]["query"]>;
export type OperationQuery = Query<"list_operations">;
export type ReconcileQuery = Query<"list_reconcile">;

/** One page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
