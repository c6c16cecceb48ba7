// Questions to begin with: they also show how tables belong together.

export const EXAMPLES = [
  {
    name: "stockOfAll",
    sql: `SELECT product.sku, warehouse.doc ->> 'code' AS warehouse, on_hand / 1000.0 AS on_hand
FROM balance
JOIN product ON product.id = balance.key / 65536
JOIN warehouse ON warehouse.id = balance.key % 65536
ORDER BY on_hand DESC`,
  },
  {
    name: "withoutBarcode",
    sql: `SELECT sku, doc ->> 'name' AS name
FROM product
WHERE NOT EXISTS (SELECT 1 FROM barcode WHERE barcode.product = product.id)`,
  },
  {
    name: "onTheRoad",
    sql: `SELECT sku, warehouse, quantity / 1000.0 AS quantity
FROM incoming
ORDER BY quantity DESC`,
  },
] as const;
