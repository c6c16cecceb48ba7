// Short names for what the server's document describes.
import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Alert = Schemas["Alert"];
export type Category = Schemas["Category"];
export type Grant = Schemas["Grant"];
export type Hold = Schemas["Hold"];
export type Import = Schemas["Import"];
export type ImportProblem = Schemas["ImportProblem"];
export type Movement = Schemas["Movement"];
export type MovementDone = Schemas["MovementDone"];
export type MovementRequest = Schemas["MovementRequest"];
export type MoveKind = Schemas["MoveKind"];
export type Problem = Schemas["Problem"];
export type Product = Schemas["Product"];
export type ProductStock = Schemas["ProductStock"];
export type Quantity = Schemas["Quantity"];
export type ReorderRule = Schemas["ReorderRule"];
export type Role = Schemas["Role"];
export type Session = Schemas["Session"];
export type StockRow = Schemas["StockRow"];
export type Transfer = Schemas["Transfer"];
export type User = Schemas["User"];
export type Warehouse = Schemas["Warehouse"];

export type AlertState = NonNullable<NonNullable<operations["list_alerts"]["parameters"]["query"]>["state"]>;
export type MovementQuery = NonNullable<operations["list_movements"]["parameters"]["query"]>;
export type TransferQuery = NonNullable<operations["list_transfers"]["parameters"]["query"]>;
export type StockQuery = NonNullable<operations["list_stock"]["parameters"]["query"]>;

/** One page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
