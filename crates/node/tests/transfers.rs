//! Transfers, told as scripts, and proved from the log.

mod common;

use common::World;
use expect_test::{Expect, expect};

/// Two warehouses, two products, goods in the first.
const COMPANY: &str = "warehouse W1
    warehouse W2
    product S7
    product S8
    receive W1 S7 10
    receive W1 S8 5";

fn check(script: &str, expected: Expect) {
    let mut world = World::new();
    world.run(COMPANY);
    expected.assert_eq(&world.run(script));
    let reader = world.machine.store().reader();
    let audit = reader.audit().unwrap();
    let report = acopio_node::verify(&*audit, &mut |_| {}).unwrap();
    assert_eq!(report.fault, None);
}

#[test]
fn goods_go_and_come() {
    check(
        "transfer W1 W2 S7 4 S8 5
         dispatch 7
         dispatch 7
         cancel 7
         arrive 7
         arrive 7
         issue W2 S7 4",
        expect![[r#"
            transfer W1 W2 S7 4 S8 5           #7 draft
            dispatch 7                         dispatched; #9 on hand 6, available 6; #10 on hand 0, available 0
            dispatch 7                         already_dispatched
            cancel 7                           already_dispatched
            arrive 7                           closed; #14 on hand 4, available 4; #15 on hand 5, available 5
            arrive 7                           transfer_closed
            issue W2 S7 4                      #17 on hand 0, available 0
        "#]],
    );
}

#[test]
fn all_lines_leave_or_none() {
    check(
        "transfer W1 W2 S7 10 S8 6
         dispatch 7
         receive W1 S8 1
         dispatch 7
         issue W1 S7 1",
        expect![[r#"
            transfer W1 W2 S7 10 S8 6          #7 draft
            dispatch 7                         insufficient_stock
            receive W1 S8 1                    #9 on hand 6, available 6
            dispatch 7                         dispatched; #11 on hand 0, available 0; #12 on hand 0, available 0
            issue W1 S7 1                      insufficient_stock
        "#]],
    );
}

#[test]
fn what_comes_is_accepted_rejected_or_missing() {
    check(
        "transfer W1 W2 S7 10
         arrive 7
         dispatch 7
         arrive 7 S7 4 2 1
         arrive 7 S7 0 0 4
         arrive 7 S7 5 0 0
         arrive 7 S8 1 0 0
         arrive 7 S7 0 0 0
         arrive 7 S7 1 0 0 S7 1 0 0
         settle 7 S7 2 3
         settle 7 S7 1 2
         arrive 7 S7 0 0 1
         settle 7 S7 0 1
         issue W2 S7 6",
        expect![[r#"
            transfer W1 W2 S7 10               #7 draft
            arrive 7                           not_dispatched
            dispatch 7                         dispatched; #10 on hand 0, available 0
            arrive 7 S7 4 2 1                  open; #12 on hand 6, available 6; #13 held, available 4
            arrive 7 S7 0 0 4                  more_than_on_the_road
            arrive 7 S7 5 0 0                  more_than_on_the_road
            arrive 7 S8 1 0 0                  not_in_transfer
            arrive 7 S7 0 0 0                  empty_line
            arrive 7 S7 1 0 0 S7 1 0 0         duplicate_line
            settle 7 S7 2 3                    more_than_on_the_road
            settle 7 S7 1 2                    open; #21 on hand 7, available 5; #22 lost 2
            arrive 7 S7 0 0 1                  open
            settle 7 S7 0 1                    closed; #25 lost 1
            issue W2 S7 6                      insufficient_stock
        "#]],
    );
}

#[test]
fn what_cannot_be_a_transfer_is_refused() {
    check(
        "transfer W1 W1 S7 1
         transfer W1 W3 S7 1
         transfer W1 W2 S9 1
         transfer W1 W2 S7 0
         transfer W1 W2 S7 -1
         transfer W1 W2 S7 0.5
         transfer W1 W2 S7 1 S7 1
         dispatch 7
         dispatch 999",
        expect![[r#"
            transfer W1 W1 S7 1                same_warehouse
            transfer W1 W3 S7 1                unknown_warehouse
            transfer W1 W2 S9 1                unknown_sku
            transfer W1 W2 S7 0                empty_line
            transfer W1 W2 S7 -1               quantity_not_positive
            transfer W1 W2 S7 0.5              too_many_decimals
            transfer W1 W2 S7 1 S7 1           duplicate_line
            dispatch 7                         not_found
            dispatch 999                       not_found
        "#]],
    );
}

#[test]
fn a_draft_can_be_given_up() {
    check(
        "transfer W1 W2 S7 1
         cancel 7
         cancel 7
         dispatch 7
         arrive 7",
        expect![[r#"
            transfer W1 W2 S7 1                #7 draft
            cancel 7                           ok
            cancel 7                           transfer_cancelled
            dispatch 7                         transfer_cancelled
            arrive 7                           transfer_cancelled
        "#]],
    );
}

#[test]
fn movements_of_a_transfer_stay() {
    check(
        "transfer W1 W2 S7 1
         dispatch 7
         undo 9
         arrive 7
         undo 12",
        expect![[r#"
            transfer W1 W2 S7 1                #7 draft
            dispatch 7                         dispatched; #9 on hand 9, available 9
            undo 9                             movement_of_transfer
            arrive 7                           closed; #12 on hand 1, available 1
            undo 12                            movement_of_transfer
        "#]],
    );
}

#[test]
fn an_alert_follows_from_what_is_good() {
    check(
        "rule W2 S7 2 9
         transfer W1 W2 S7 5
         dispatch 9
         arrive 9 S7 2 3 0
         rule W1 S7 5 9",
        expect![[r#"
            rule W2 S7 2 9                     ok; alert: 0 of 2
            transfer W1 W2 S7 5                #9 draft
            dispatch 9                         dispatched; #11 on hand 5, available 5
            arrive 9 S7 2 3 0                  closed; #13 on hand 5, available 5; #14 held, available 2
            rule W1 S7 5 9                     ok; alert: 5 of 5
        "#]],
    );
}

#[test]
fn a_product_on_the_road_is_not_retired() {
    check(
        "transfer W1 W2 S8 5
         dispatch 7
         retire S8
         settle 7 S8 0 5
         retire S8",
        expect![[r#"
            transfer W1 W2 S8 5                #7 draft
            dispatch 7                         dispatched; #9 on hand 0, available 0
            retire S8                          stock_remains
            settle 7 S8 0 5                    closed; #12 lost 5
            retire S8                          ok
        "#]],
    );
}
