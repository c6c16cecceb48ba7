//! What the ledger does, told as scripts: one per feature.

mod common;

use acopio_ledger::ids::{EntryId, Seq};
use common::{World, identity};
use expect_test::{Expect, expect};

fn check(script: &str, expected: Expect) {
    expected.assert_eq(&World::new().run(script));
}

#[test]
fn issue_is_refused_when_stock_is_short() {
    check(
        "warehouse W1
         product S7
         receive W1 S7 10
         issue W1 S7 11
         issue W1 S7 10
         issue W1 S7 1",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            receive W1 S7 10                   #3 on hand 10, available 10
            issue W1 S7 11                     insufficient_stock
            issue W1 S7 10                     #5 on hand 0, available 0
            issue W1 S7 1                      insufficient_stock
        "#]],
    );
}

#[test]
fn quantities_follow_the_unit() {
    check(
        "warehouse W1
         product S7
         product OIL 2
         receive W1 S7 0
         receive W1 S7 -1
         receive W1 S7 1.5
         receive W1 OIL 1.25
         receive W1 OIL 0.001
         receive W1 S7 1000000000000
         receive W1 S7 1
         adjust W1 S7 0",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            product OIL 2                      ok
            receive W1 S7 0                    quantity_not_positive
            receive W1 S7 -1                   quantity_not_positive
            receive W1 S7 1.5                  too_many_decimals
            receive W1 OIL 1.25                #7 on hand 1.25, available 1.25
            receive W1 OIL 0.001               too_many_decimals
            receive W1 S7 1000000000000        #9 on hand 1000000000000, available 1000000000000
            receive W1 S7 1                    quantity_too_large
            adjust W1 S7 0                     quantity_zero
        "#]],
    );
}

#[test]
fn unknown_names_are_refused() {
    check(
        "warehouse W1
         warehouse W1
         product S7
         product S7
         receive W2 S7 1
         receive W1 S8 1
         undo 999
         release 999",
        expect![[r#"
            warehouse W1                       ok
            warehouse W1                       warehouse_exists
            product S7                         ok
            product S7                         sku_exists
            receive W2 S7 1                    unknown_warehouse
            receive W1 S8 1                    unknown_sku
            undo 999                           not_found
            release 999                        not_found
        "#]],
    );
}

#[test]
fn a_command_is_executed_once() {
    check(
        "warehouse W1
         product S7
         key a: receive W1 S7 10
         key a: receive W1 S7 10
         key a: receive W1 S7 11
         key b: issue W1 S7 99
         receive W1 S7 100
         key b: issue W1 S7 99",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            key a: receive W1 S7 10            #3 on hand 10, available 10
            key a: receive W1 S7 10            #3 on hand 10, available 10; (again)
            key a: receive W1 S7 11            key reused
            key b: issue W1 S7 99              insufficient_stock
            receive W1 S7 100                  #5 on hand 110, available 110
            key b: issue W1 S7 99              insufficient_stock; (again)
        "#]],
    );
}

#[test]
fn an_atomic_batch_adds_its_demand_up() {
    check(
        "warehouse W1
         warehouse W2
         product S7
         receive W1 S7 50
         receive W2 S7 50
         atomic: issue W1 S7 30, issue W1 S7 30
         batch: issue W1 S7 30, issue W1 S7 30
         atomic: issue W1 S7 10, issue W1 S7 10
         atomic: issue W2 S7 1, issue W1 S7 1
         atomic: issue W2 S7 1, issue W2 S9 1, issue W2 S7 99
         issue W2 S7 50",
        expect![[r#"
            warehouse W1                       ok
            warehouse W2                       ok
            product S7                         ok
            receive W1 S7 50                   #4 on hand 50, available 50
            receive W2 S7 50                   #5 on hand 50, available 50
            atomic: issue W1 S7 30, issue W1 S7 30 refused [1: insufficient_stock]
            batch: issue W1 S7 30, issue W1 S7 30 #7 on hand 20, available 20; insufficient_stock
            atomic: issue W1 S7 10, issue W1 S7 10 #9 on hand 10, available 10; #10 on hand 0, available 0
            atomic: issue W2 S7 1, issue W1 S7 1 refused [1: several_warehouses]
            atomic: issue W2 S7 1, issue W2 S9 1, issue W2 S7 99 refused [1: unknown_sku, 2: insufficient_stock]
            issue W2 S7 50                     #13 on hand 0, available 0
        "#]],
    );
}

#[test]
fn a_count_is_compared_and_set() {
    check(
        "warehouse W1
         product S7
         receive W1 S7 10
         count W1 S7 8 at 1
         count W1 S7 9 at 1
         issue W1 S7 3
         count W1 S7 9 at 2
         count W1 S7 9 at 3
         count W1 S7 9 at 4",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            receive W1 S7 10                   #3 on hand 10, available 10
            count W1 S7 8 at 1                 #4 on hand 8, available 8
            count W1 S7 9 at 1                 version_changed
            issue W1 S7 3                      #6 on hand 5, available 5
            count W1 S7 9 at 2                 version_changed
            count W1 S7 9 at 3                 #8 on hand 9, available 9
            count W1 S7 9 at 4                 #9 on hand 9, available 9
        "#]],
    );
}

#[test]
fn held_stock_is_not_available() {
    check(
        "warehouse W1
         product S7
         receive W1 S7 10
         hold W1 S7 4
         issue W1 S7 7
         issue W1 S7 6
         hold W1 S7 1
         release 4 5
         release 4 1
         issue W1 S7 1
         release 4
         release 4",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            receive W1 S7 10                   #3 on hand 10, available 10
            hold W1 S7 4                       #4 held, available 6
            issue W1 S7 7                      insufficient_stock
            issue W1 S7 6                      #6 on hand 4, available 0
            hold W1 S7 1                       insufficient_stock
            release 4 5                        hold_too_small
            release 4 1                        #9 released, available 1
            issue W1 S7 1                      #10 on hand 3, available 0
            release 4                          #11 released, available 3
            release 4                          hold_released
        "#]],
    );
}

#[test]
fn a_movement_is_undone_once() {
    check(
        "warehouse W1
         product S7
         receive W1 S7 10
         issue W1 S7 4
         undo 4
         undo 4
         undo 5
         undo 3
         receive W1 S7 5
         issue W1 S7 12
         undo 7",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            receive W1 S7 10                   #3 on hand 10, available 10
            issue W1 S7 4                      #4 on hand 6, available 6
            undo 4                             #5 on hand 10, available 10
            undo 4                             already_undone
            undo 5                             undo_of_undo
            undo 3                             #8 on hand 0, available 0
            receive W1 S7 5                    #9 on hand 5, available 5
            issue W1 S7 12                     insufficient_stock
            undo 7                             not_found
        "#]],
    );
}

#[test]
fn an_alert_is_raised_once_per_shortage() {
    check(
        "warehouse W1
         product S7
         receive W1 S7 12
         rule W1 S7 10 30
         issue W1 S7 2
         issue W1 S7 1
         receive W1 S7 3
         issue W1 S7 5
         issue W1 S7 1
         receive W1 S7 20
         rule W1 S7 40 50
         rule W1 S7 off",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            receive W1 S7 12                   #3 on hand 12, available 12
            rule W1 S7 10 30                   ok
            issue W1 S7 2                      #5 on hand 10, available 10; alert: 10 of 10
            issue W1 S7 1                      #7 on hand 9, available 9
            receive W1 S7 3                    #8 on hand 12, available 12; alert over
            issue W1 S7 5                      #10 on hand 7, available 7; alert: 7 of 10
            issue W1 S7 1                      #12 on hand 6, available 6
            receive W1 S7 20                   #13 on hand 26, available 26; alert over
            rule W1 S7 40 50                   ok; alert: 26 of 40
            rule W1 S7 off                     alert over; ok
        "#]],
    );
}

#[test]
fn a_hold_can_raise_an_alert_and_its_release_ends_it() {
    check(
        "warehouse W1
         product S7
         receive W1 S7 12
         rule W1 S7 10 30
         hold W1 S7 5
         release 5",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            receive W1 S7 12                   #3 on hand 12, available 12
            rule W1 S7 10 30                   ok
            hold W1 S7 5                       #5 held, available 7; alert: 7 of 10
            release 5                          #7 released, available 12; alert over
        "#]],
    );
}

#[test]
fn what_has_stock_is_not_retired() {
    check(
        "warehouse W1
         product S7
         receive W1 S7 1
         retire S7
         issue W1 S7 1
         retire S7
         receive W1 S7 1
         return W1 S7 1
         issue W1 S7 1",
        expect![[r#"
            warehouse W1                       ok
            product S7                         ok
            receive W1 S7 1                    #3 on hand 1, available 1
            retire S7                          stock_remains
            issue W1 S7 1                      #5 on hand 0, available 0
            retire S7                          ok
            receive W1 S7 1                    product_retired
            return W1 S7 1                     #8 on hand 1, available 1
            issue W1 S7 1                      #9 on hand 0, available 0
        "#]],
    );
}

#[test]
fn commands_of_one_group_see_one_another() {
    let mut world = World::new();
    world.run("warehouse W1\nproduct S7\nreceive W1 S7 50");
    let group = world.group(&[
        ("a", "issue W1 S7 30"),
        ("b", "issue W1 S7 30"),
        ("a", "issue W1 S7 30"),
        ("a", "issue W1 S7 31"),
        ("b", "issue W1 S7 30"),
        ("c", "issue W1 S7 20"),
    ]);
    expect![[r#"
        #4 on hand 20, available 20
        insufficient_stock
        #4 on hand 20, available 20; (again)
        key reused
        insufficient_stock; (again)
        #6 on hand 0, available 0"#]]
    .assert_eq(&group.join("\n"));
}

#[test]
fn stamps_rise_although_the_clock_goes_back() {
    let mut world = World::new();
    world.run("warehouse W1\nproduct S7\nreceive W1 S7 1\ntick -3600000\nreceive W1 S7 1");
    let store = world.machine.store();
    let id = |seq| EntryId { node: identity().node, incarnation: identity().incarnation, seq: Seq(seq) };
    let (before, after) = (store.record(&id(3)), store.record(&id(4)));
    assert!(before.expect("the third entry").stamp < after.expect("the fourth entry").stamp);
}
